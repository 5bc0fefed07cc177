"""Requests of pages that the access table opens to accounts only."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from core.middleware import LANGUAGE_PARAM


class AccountRequest(HttpRequest):
    """Somebody is logged in: doctobooking.access saw to it."""

    user: User


def keep_language(response: HttpResponse, language: str) -> None:
    """The cookie of Django's language switch, for a browser that has not switched by itself."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def without_language(address: str) -> str:
    """Who switches the language of `...?idioma=en` wants to leave that page."""
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name != LANGUAGE_PARAM]
    return address if kept == pairs else parts._replace(query=urlencode(kept)).geturl()
