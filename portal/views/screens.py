"""The address of the screen in a consultorio's waiting room."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments.forms import FeedForm
from appointments.rooms import screen_url
from appointments.services.screens import make_screen, stop_screen
from core.clock import current_time
from portal.consultorios import own_clinic, posted, status_of
from portal.desk import DeskRequest, doctor_page


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def clinic_screen(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Make it, see it, make it anew, switch it off."""
    clinic, now = own_clinic(request, public_id), current_time()
    form = FeedForm(posted(request))
    if form.is_valid():
        if form.is_stop:
            stop_screen(clinic=clinic, actor=request.user, now=now)
            messages.success(request, _("La pantalla quedó apagada: su dirección ya no funciona."))
        else:
            make_screen(clinic=clinic, actor=request.user, now=now)
            messages.success(request, _("La pantalla está lista. Abra su dirección en la sala."))
        return redirect("portal:clinic_screen", public_id)
    live = clinic.screens.filter(revoked_at=None).first()
    context = {"clinic": clinic, "screen": live, "address": screen_url(live) if live else ""}
    status = status_of(form)
    return render(request, "portal/clinics/clinic_screen.html", context, status=status)
