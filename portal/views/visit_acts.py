"""What the desk does with a visit that stands: another time, an end, an answer."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments.enums import Status
from appointments.models import Appointment
from appointments.no_shows import past_of
from appointments.refusals import BookingRefused
from appointments.rules import can_cancel
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_moving import move_visit
from appointments.services.requests import accept_request, decline_request
from core.clock import current_time
from portal.acting import move_page
from portal.desk import DeskRequest, desk_page
from portal.people import is_reachable, say_done
from portal.visit_forms import AnswerForm, CancelForm

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@desk_page
def visit_reschedule(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Any time that nobody has; outside the schedule after a warning."""
    visit, now = _visit(request, public_id), current_time()
    if request.method != "POST" and not can_cancel(visit, now):
        return redirect("portal:visit", public_id)
    data = request.POST if request.method == "POST" else None
    page = move_page(visit, request.GET, data, now)
    status = 422 if page.form.is_bound else 200
    if data is not None and page.form.is_valid():
        try:
            move_visit(
                appointment=visit, starts_at=page.starts_at, minutes=page.minutes,
                actor=request.user, now=now, message=page.form.cleaned_data["message"],
                is_override=page.is_told(data),
            )  # fmt: skip
        except BookingRefused as refusal:
            page.refuse(refusal)
            status = refusal.status
        else:
            return _done(request, visit, _("La cita tiene una nueva hora."))
    context = {**_frame(request, visit, now), "page": page, "form": page.form}
    return render(request, "portal/acts/visit_reschedule.html", context, status=status)


@require_http_methods(GET_OR_POST)
@desk_page
def visit_cancel(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """A question first, with room for a word to the patient."""
    visit, now = _visit(request, public_id), current_time()
    if request.method != "POST" and not can_cancel(visit, now):
        return redirect("portal:visit", public_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            cancel_appointment(
                appointment=visit, actor=request.user, status=Status.CANCELLED_BY_DOCTOR,
                now=now, by_desk=True, message=form.cleaned_data["message"],
            )  # fmt: skip
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            return _done(request, visit, _("La cita está cancelada y la hora, libre."))
    context = {**_frame(request, visit, now), "form": form}
    return render(request, "portal/acts/visit_cancel.html", context, status=status)


@require_http_methods(GET_OR_POST)
@desk_page
def visit_answer(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Accept a request, or not."""
    visit, now = _visit(request, public_id), current_time()
    if request.method != "POST" and visit.status != Status.REQUESTED:
        return redirect("portal:visit", public_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            said = _answer(request, visit, form, now)
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            return _done(request, visit, said)
    assert visit.patient is not None
    past = past_of(request.desk.visits, visit.patient, now)
    context = {**_frame(request, visit, now), "form": form, "past": past}
    return render(request, "portal/acts/visit_answer.html", context, status=status)


def _answer(request: DeskRequest, visit: Appointment, form: AnswerForm, now: datetime) -> str:
    """Raises RequestAnswered, RequestLapsed, ServiceBusy."""
    if form.cleaned_data["answer"] == AnswerForm.ACCEPT:
        accept_request(appointment=visit, actor=request.user, now=now)
        return _("La cita está confirmada.")
    message = form.cleaned_data["message"]
    decline_request(appointment=visit, actor=request.user, now=now, message=message)
    return _("No aceptó la solicitud y la hora quedó libre.")


def _visit(request: DeskRequest, public_id: uuid.UUID) -> Appointment:
    return get_object_or_404(request.desk.visits.with_people(), public_id=public_id)


def _frame(request: DeskRequest, visit: Appointment, now: datetime) -> dict[str, Any]:
    assert visit.patient is not None
    return {
        "desk": request.desk,
        "visit": visit,
        "now": now,
        "is_open": can_cancel(visit, now),
        "is_reachable": is_reachable(visit.patient),
    }


def _done(request: DeskRequest, visit: Appointment, said: str) -> HttpResponse:
    assert visit.patient is not None
    say_done(request, said, visit.patient)
    return redirect("portal:visit", visit.public_id)
