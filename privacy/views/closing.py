"""Closing one's account: what it does, the word that asks for it, and taking it back."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AccountRequest
from accounts.models import User
from core.clock import current_time
from core.db import Refusal
from privacy.facts import facts_of
from privacy.forms import CloseForm
from privacy.obstacles import obstacles_of
from privacy.refusals import SomethingToSettle
from privacy.services.closing import pending_of, request_closing, withdraw_closing


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def close(request: AccountRequest) -> HttpResponse:
    """The password first: this page tells whom one was treated by."""
    if pending_of(request.user) is not None:
        return redirect("privacy:mine")
    form, status = CloseForm(request.POST or None), 200
    if form.is_valid():
        try:
            request_closing(account=request.user, now=current_time())
        except SomethingToSettle:
            status = 409
        else:
            messages.success(request, _("Pidió cerrar su cuenta. Se lo confirmamos por correo."))
            return redirect("privacy:mine")
    elif form.is_bound:
        status = 422
    context = {"form": form, **_told(request.user, current_time())}
    return render(request, "privacy/account/close.html", context, status=status)


@require_POST
def close_undo(request: AccountRequest) -> HttpResponse:
    """Without the password: it makes nothing worse."""
    try:
        withdraw_closing(account=request.user, now=current_time())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Su cuenta sigue abierta."))
    return redirect("privacy:mine")


def _told(user: User, now: datetime) -> dict[str, Any]:
    due = now + timedelta(hours=settings.CLOSING_HOURS)
    return {
        "obstacles": obstacles_of(user, now),
        "facts": facts_of(user, now=now, due=due),
        "hours": settings.CLOSING_HOURS,
    }
