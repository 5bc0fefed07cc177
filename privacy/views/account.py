"""One's own data: what was agreed to, and a copy of everything."""

import uuid

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.consents import withdraw as withdraw_consent
from accounts.http import AccountRequest
from accounts.legal import LegalText
from core.clock import current_time
from core.db import Refusal
from privacy.forms import WithdrawForm
from privacy.models import DataExport
from privacy.queries import agreements_of, exports_of
from privacy.services.closing import pending_of
from privacy.services.exporting import open_export, request_export


@require_safe
def mine(request: AccountRequest) -> HttpResponse:
    """What was agreed to and when, and what may be done with one's data."""
    now, closing = current_time(), pending_of(request.user)
    context = {
        "agreements": agreements_of(request.user),
        "exports": exports_of(request.user, now),
        "closing": closing,
        "is_due": closing is not None and closing.due_at <= now,
    }
    return render(request, "privacy/account/mine.html", context)


@require_POST
def withdraw(request: AccountRequest) -> HttpResponse:
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(
            request,
            _("Ese acuerdo no puede retirarse: sin él no hay cuenta. Puede cerrarla abajo."),
        )
        return redirect("privacy:mine")
    text = LegalText(form.cleaned_data["text"])
    if withdraw_consent(user=request.user, text=text, now=current_time()):
        messages.success(request, _("Lo retiró. Se lo pediremos otra vez cuando haga falta."))
    return redirect("privacy:mine")


@require_POST
@reauthentication_required
def export(request: AccountRequest) -> HttpResponse:
    """Asks for a copy; a worker makes it and a mail tells."""
    try:
        request_export(account=request.user, now=current_time())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Estamos preparando su copia. Le escribiremos al terminar."))
    return redirect("privacy:mine")


@require_safe
def download(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file, to its owner; nobody else learns that there is one, or is asked for anything."""
    found = get_object_or_404(request.user.exports, public_id=public_id)
    return _file(request, found)


@reauthentication_required
def _file(request: AccountRequest, found: DataExport) -> HttpResponse:
    content = open_export(export=found, actor=request.user, now=current_time())
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="application/zip")
    name = f"doctobooking-{found.requested_at:%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
