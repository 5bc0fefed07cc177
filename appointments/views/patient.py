"""The patient's visits: list, one visit, cancel, move, calendar entry."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import note_export
from accounts.http import AccountRequest
from appointments.calendar import calendar_of
from appointments.choices import choice_of
from appointments.enums import Status
from appointments.forms import WeekForm
from appointments.ledger import begun_payment, ledger_of
from appointments.live import channel_of
from appointments.models import Appointment
from appointments.no_shows import Way, way_to_book
from appointments.paper import pdf_answer
from appointments.pickers import nearest_days, week_of
from appointments.queries import is_offered, was_moved_by_desk
from appointments.receipts import find_receipt
from appointments.refusals import BookingRefused
from appointments.rooms import card_of
from appointments.rules import (
    can_cancel,
    can_reschedule,
    cancelling_costs,
    is_late_to_cancel,
    may_pay_online,
)
from appointments.series import place_of
from appointments.services.attending import confirm_attendance
from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from clinics.models import Clinic
from core.clock import current_time
from core.live.changes import mark_of_times

GET_OR_POST = ["GET", "HEAD", "POST"]
PAGE_SIZE = 10


@require_safe
def mine(request: AccountRequest) -> HttpResponse:
    """«Mis citas»: the coming ones, or the past ones page by page."""
    now = current_time()
    visits = Appointment.objects.for_account(request.user).with_people()
    is_past = request.GET.get("ver") == "pasadas"
    chosen = visits.past(now) if is_past else visits.upcoming(now)
    page = Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("pagina"))
    context = {
        "page": page,
        "is_past": is_past,
        "now": now,
        "counts": {"upcoming": visits.upcoming(now).count(), "past": visits.past(now).count()},
    }
    return render(request, "appointments/patient/mine.html", context)


@require_safe
def appointment(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """One visit; right after booking it is the confirmation."""
    now = current_time()
    visit = _visit(request, public_id)
    changes = list(visit.changes.order_by("id"))
    context = {
        **_frame(visit, now),
        "changes": changes,
        "card": card_of(visit, now),
        "place": place_of(visit),
        "ledger": ledger_of(visit),
        "pays_online": may_pay_online(visit),
        "choice": choice_of(visit, {}, actor=request.user, now=now),
        "begun": begun_payment(visit, request.GET.get("pago", "")),
        "message": next((c.message for c in reversed(changes) if c.message_sealed), ""),
        "is_fresh": visit.booked_at is not None and (now - visit.booked_at).total_seconds() < 600,
    }
    return render(request, "appointments/patient/appointment.html", context)


@require_POST
def attend(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """«Asistiré», from the visit's page."""
    visit = _visit(request, public_id)
    try:
        confirm_attendance(appointment=visit, actor=request.user, now=current_time())
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Gracias: el consultorio sabe que asistirá."))
    return redirect("appointments:appointment", public_id)


@require_http_methods(GET_OR_POST)
def choose(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another time, where the visit's own cannot be: one of those that are held for the answer."""
    now = current_time()
    visit = _visit(request, public_id)
    choice = choice_of(visit, request.POST, actor=request.user, now=now)
    if choice.is_done:
        messages.success(request, _("Gracias: el consultorio ya sabe su respuesta."))
    if choice.is_done or not (choice.is_open or choice.sentence):
        return redirect("appointments:appointment", public_id)
    context = {**_frame(visit, now), "choice": choice}
    return render(request, "appointments/patient/choose.html", context, status=choice.status)


@require_http_methods(GET_OR_POST)
def cancel(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """A question first; only the POST cancels."""
    now = current_time()
    visit = _visit(request, public_id)
    if request.method != "POST":
        if not can_cancel(visit, now):
            return redirect("appointments:appointment", public_id)
        return render(request, "appointments/patient/cancel.html", _frame(visit, now))
    try:
        cancel_appointment(
            appointment=visit, actor=request.user, status=Status.CANCELLED_BY_PATIENT, now=now,
            told_fee=request.POST.get("cargo", ""),
        )  # fmt: skip
    except BookingRefused as refusal:
        return _refused(request, visit, now, refusal)
    messages.success(request, _("Su cita está cancelada. La hora quedó libre para otra persona."))
    return redirect("appointments:appointment", public_id)


@require_safe
def reschedule(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose the new time; the old one is kept until the new one is confirmed."""
    now = current_time()
    visit = _visit(request, public_id)
    frame = _frame(visit, now)
    if not frame["can_reschedule"]:
        return redirect("appointments:appointment", public_id)
    mark = mark_of_times(channel_of(visit.doctor))  # first: what changes meanwhile is news
    form = WeekForm(request.GET)
    day = form.cleaned_data["semana"] if form.is_valid() else None
    clinic = _with_schedule(visit)
    week = week_of(clinic, day.date() if day else None, now=now, ignoring=visit)
    context = {**frame, "week": week, "mark": mark}
    return render(request, "appointments/patient/reschedule.html", context)


@require_http_methods(GET_OR_POST)
def move(request: AccountRequest, public_id: uuid.UUID, start: datetime) -> HttpResponse:
    """Old and new time side by side; POST moves."""
    now = current_time()
    visit = _visit(request, public_id)
    context = {**_frame(visit, now), "start": start}
    if request.method != "POST":
        if not context["can_reschedule"]:
            return redirect("appointments:appointment", public_id)
        if not is_offered(_with_schedule(visit), start, now=now, ignoring=visit):
            return _lost(request, context, _("Esa hora ya no está libre. Elija otra."))
        return render(request, "appointments/patient/move.html", context)
    try:
        reschedule_appointment(appointment=visit, starts_at=start, actor=request.user, now=now)
    except BookingRefused as refusal:
        return _lost(request, context, str(refusal))
    messages.success(request, _("Listo: su cita tiene una nueva hora."))
    return redirect("appointments:appointment", public_id)


@require_safe
def calendar(request: AccountRequest, public_id: uuid.UUID) -> HttpResponse:
    """The visit as an .ics file to download."""
    visit = _visit(request, public_id)
    address = request.build_absolute_uri(request.path.removesuffix("calendario.ics"))
    response = HttpResponse(
        calendar_of(visit, url=address), content_type="text/calendar; charset=utf-8"
    )
    name = f"cita-{visit.code}.ics"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    note_export(request.user, name, at=current_time())
    return response


@require_safe
def receipt(request: AccountRequest, public_id: uuid.UUID, line_id: uuid.UUID) -> HttpResponse:
    """Of a payment, or of money that went back: to read or to print."""
    visit = _visit(request, public_id)
    context = {"visit": visit, "line_id": line_id, "receipt": find_receipt(visit, line_id)}
    return render(request, "appointments/patient/receipt.html", context)


@require_safe
def receipt_pdf(request: AccountRequest, public_id: uuid.UUID, line_id: uuid.UUID) -> HttpResponse:
    found = find_receipt(_visit(request, public_id), line_id)
    note_export(request.user, found.file_name, at=current_time())
    return pdf_answer(found)


def _visit(request: AccountRequest, public_id: uuid.UUID) -> Appointment:
    visits = Appointment.objects.for_account(request.user).with_people()
    visits = visits.select_related("in_series__series")
    return get_object_or_404(visits, public_id=public_id)


def _with_schedule(visit: Appointment) -> Clinic:
    return Clinic.objects.with_schedule().get(pk=visit.clinic_id)


def _frame(visit: Appointment, now: datetime) -> dict[str, Any]:
    is_free = was_moved_by_desk(visit)
    way = way_to_book(visit.clinic, visit.patient, now)
    may_move = can_reschedule(visit, now, is_moved_by_desk=is_free)
    return {
        "visit": visit,
        "clinic": visit.clinic,
        "doctor": visit.doctor,
        "now": now,
        "can_cancel": can_cancel(visit, now),
        "can_reschedule": may_move and way is not Way.BY_PHONE,
        "is_by_phone": may_move and way is Way.BY_PHONE,
        # Another time is one that the clinic confirms.
        "is_request": way.is_request or visit.status == Status.REQUESTED,
        "is_late": is_late_to_cancel(visit, now, is_moved_by_desk=is_free),
        "fee": cancelling_costs(visit, now, is_moved_by_desk=is_free),
        # The desk chose the time: the clinic's deadline does not count.
        "is_free": is_free,
    }


def _lost(request: AccountRequest, context: dict[str, Any], sentence: str) -> HttpResponse:
    nearest = nearest_days(_with_schedule(context["visit"]), context["start"], now=context["now"])
    page = {**context, "sentence": sentence, "nearest": nearest}
    return render(request, "appointments/patient/move_lost.html", page, status=409)


def _refused(
    request: AccountRequest, visit: Appointment, now: datetime, refusal: BookingRefused
) -> HttpResponse:
    context = {**_frame(visit, now), "sentence": str(refusal)}
    return render(request, "appointments/patient/cancel.html", context, status=409)
