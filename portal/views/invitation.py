"""The page behind a link that a consultorio sent: log in or sign up, then take what it offers."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.enums import Purpose
from accounts.http import AccountRequest
from accounts.invitations import find_invitation
from accounts.models import Invitation
from core.clock import current_time
from portal.claiming import claim
from portal.joining import join_team

Page = Callable[[AccountRequest, Invitation, datetime], HttpResponse]
# What each purpose shows to whoever is logged in (GET), and does (POST).
PAGES: dict[str, Page] = {Purpose.ASSISTANT: join_team, Purpose.PATIENT: claim}


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Links that were never ours, ran out, or were taken by somebody else answer alike."""
    now = current_time()
    found = find_invitation(token)
    if found is None or not _opens(found, request, now):
        return render(request, "portal/invitation/closed.html", status=404)
    if not request.user.is_authenticated:
        return render(request, "portal/invitation/welcome.html", {"invitation": found})
    return PAGES[found.purpose](cast(AccountRequest, request), found, now)


def _opens(found: Invitation, request: HttpRequest, now: datetime) -> bool:
    if found.purpose not in PAGES:
        return False
    is_mine = request.user.is_authenticated and found.accepted_by_id == request.user.pk
    return is_mine or found.is_open(now)
