"""One's own data: what was agreed to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.consents import withdraw as withdraw_consent
from accounts.http import AccountRequest
from accounts.legal import LegalText
from core.clock import current_time
from privacy.forms import WithdrawForm
from privacy.queries import agreements_of


@require_safe
def mine(request: AccountRequest) -> HttpResponse:
    """What was agreed to and when, and what may be done with one's data."""
    context = {"agreements": agreements_of(request.user)}
    return render(request, "privacy/account/mine.html", context)


@require_POST
def withdraw(request: AccountRequest) -> HttpResponse:
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Ese acuerdo no puede retirarse: puede cerrar su cuenta."))
        return redirect("privacy:mine")
    text = LegalText(form.cleaned_data["text"])
    if withdraw_consent(user=request.user, text=text, now=current_time()):
        messages.success(request, _("Lo retiró. Se lo pediremos otra vez cuando haga falta."))
    return redirect("privacy:mine")
