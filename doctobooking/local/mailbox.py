"""The mailbox of a machine without a mail server: every mail that the product sent, to look at.

Wired by the local settings only. Anyone who reaches the address reads all mails, so the pages
answer nobody but this machine.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from django_mail_preview import urls as mail_preview

PREFIX = "correo-local/"


def is_allowed(request: HttpRequest) -> bool:
    """For MAIL_PREVIEW_ALLOW: asked at each page."""
    return request.META.get("REMOTE_ADDR", "") in {"127.0.0.1", "::1"}


def urlpatterns() -> list[URLPattern | URLResolver]:
    """The mailbox's pages under their prefix, open without a log-in."""
    for pattern in mail_preview.urlpatterns:
        pattern.callback = login_not_required(pattern.callback)
    pages = (mail_preview.urlpatterns, mail_preview.app_name)
    return [path(PREFIX, include(pages))]
