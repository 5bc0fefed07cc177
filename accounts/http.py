"""Requests of pages that the access table opens to accounts only."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import User


class AccountRequest(HttpRequest):
    """Somebody is logged in: doctobooking.access saw to it."""

    user: User


def keep_language(response: HttpResponse, language: str) -> None:
    """The cookie of Django's language switch, for a browser that has not switched by itself."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
