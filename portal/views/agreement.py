"""Doctors whose agreement has a newer version: they go on, and are asked for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.consent_forms import AgreementForm
from core.clock import current_time
from portal.desk import DeskRequest, doctor_page


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def agreement(request: DeskRequest) -> HttpResponse:
    """The box, with what is to be read; nothing to do for whom has agreed."""
    data = request.POST if request.method == "POST" else None
    form = AgreementForm(data, account=request.user)
    if not form.consents:
        return redirect("portal:agenda")
    if data is not None and form.is_valid():
        form.keep_consent(current_time())
        messages.success(request, _("Gracias: queda registrado que aceptó la versión vigente."))
        return redirect("portal:agenda")
    status = 200 if data is None else 422
    return render(request, "portal/agreement.html", {"form": form}, status=status)
