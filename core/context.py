from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "DEMO": settings.DEMO,
        "SUPPORT_EMAIL": settings.SUPPORT_EMAIL,
        "LANGUAGES": settings.LANGUAGES,
    }
