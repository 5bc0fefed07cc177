"""A patient's background as their doctor knows it: noted in a visit, ended with a reason."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments.models import Appointment
from portal.consultations import end, note
from portal.consultorios import posted
from portal.desk import DeskRequest, doctor_page
from records.enums import Role
from records.forms import EndForm, FactForm
from records.looks import look_of
from records.models import Line
from records.services.background import open_line, open_whole_background
from records.services.writing import may_record

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@doctor_page
def background(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """All of it, ended lines too; one more."""
    visit, look = _visit(request, public_id), look_of(request, Role.DOCTOR)
    form = FactForm(posted(request))
    status = note(visit, form, look) if form.is_bound else 200
    if status == 302:
        messages.success(request, _("El antecedente está anotado."))
        return redirect("portal:background", public_id)
    desk = request.desk
    known = open_whole_background(doctor=desk.doctor, patient=visit.patient, look=look)
    context = {
        "desk": desk,
        "visit": visit,
        "form": form,
        "known": known,
        "may_note": may_record(visit, look.at),
    }
    return render(request, "portal/records/background.html", context, status=status)


@require_http_methods(GET_OR_POST)
@doctor_page
def background_end(request: DeskRequest, public_id: uuid.UUID, line_id: uuid.UUID) -> HttpResponse:
    """It no longer holds, and why."""
    visit, look = _visit(request, public_id), look_of(request, Role.DOCTOR)
    own = Line.objects.filter(visit__doctor=request.desk.doctor, visit__patient=visit.patient)
    line = get_object_or_404(own.filter(ends=None), public_id=line_id)
    form = EndForm(posted(request))
    status = end(visit, line, form, look) if form.is_bound else 200
    if status == 302:
        messages.success(request, _("Queda marcado como terminado."))
        return redirect("portal:background", public_id)
    fact = open_line(line=line, patient=visit.patient, look=look)
    context = {"desk": request.desk, "visit": visit, "form": form, "fact": fact}
    return render(request, "portal/records/background_end.html", context, status=status)


def _visit(request: DeskRequest, public_id: uuid.UUID) -> Appointment:
    return get_object_or_404(request.desk.visits.with_people(), public_id=public_id)
