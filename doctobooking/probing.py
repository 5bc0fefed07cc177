"""Whoever is refused over and over is looking for what is somebody else's.

In 2020 a fresh patient account of a large booking site read six thousand appointments by asking
for one after the other. Pages that are one's own cost nothing here and are never refused.
"""

import logging

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from core.clock import current_time
from core.limits import count_of
from core.middleware import GetResponse

logger = logging.getLogger(__name__)
REFUSED = (403, 404)
# Nobody clicks on twenty broken links in a minute: somebody should look.
TOLD_AT = 20
MINUTE = 60


class ProbingMiddleware:
    """Counts an account's refusals. Beyond the limit all look alike: what is absent, what is
    somebody else's, and what is there after all.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        limit = settings.REFUSALS_PER_MINUTE
        if not limit or response.status_code not in REFUSED or not _has_session(request):
            return response
        return _too_many(request) if _refusals(request) > limit else response


def _has_session(request: HttpRequest) -> bool:
    """Strangers have other limits, and cost no query here."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _refusals(request: HttpRequest) -> int:
    """Of this minute, with this one; 0 of nobody, and while the database is away."""
    try:
        if not isinstance(request.user, User):
            return 0
        who = str(request.user.public_id)
        count = count_of(who, "refusals", now=current_time(), seconds=MINUTE)
    except Error:
        return 0
    if count in (TOLD_AT, settings.REFUSALS_PER_MINUTE + 1):
        logger.error("account refused often", extra={"account": who, "refusals": count})
    return count


def _too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(MINUTE)
    return response
