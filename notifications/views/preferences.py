"""How one wants one's messages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AccountRequest
from core.clock import current_time
from notifications.forms import PreferencesForm
from notifications.queries import refused_of
from notifications.readers import preferences_of
from notifications.services.preferences import save_wishes


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: AccountRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    present = preferences_of(request.user)
    form = PreferencesForm(data, account=request.user, preferences=present)
    now = current_time()
    if form.is_valid():
        save_wishes(account=request.user, wishes=form.wishes(present), now=now)
        messages.success(request, _("Guardamos sus preferencias de avisos."))
        return redirect("notifications:preferences")
    context = {"form": form, "refused": refused_of(request.user, now=now)}
    status = 422 if form.is_bound else 200
    return render(request, "notifications/preferences.html", context, status=status)
