"""Minutes between two of the doctor's consultorios."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.forms.travel import TravelForm
from clinics.queries import pairs_of, travel_minutes
from clinics.services.schedule import NewTravel
from portal.consultorios import posted, status_of
from portal.desk import DeskRequest, doctor_page
from portal.settling import settle


@require_http_methods(["GET", "HEAD", "POST"])
@doctor_page
def travel(request: DeskRequest) -> HttpResponse:
    desk = request.desk
    now = travel_minutes(desk.clinics)
    form = TravelForm(posted(request), pairs=pairs_of(desk.clinics), minutes=now)
    status = status_of(form)
    if form.is_bound and status == 200:
        change = NewTravel(doctor=desk.doctor, minutes=form.minutes)
        saved = _("Guardamos los traslados.")
        answer = settle(request, change, done=request.path, saved=saved, form=form)
        if answer is not None:
            return answer
        status = 409
    return render(request, "portal/clinics/travel.html", {"form": form}, status=status)
