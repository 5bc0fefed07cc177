"""Pages behind the links of a message: each asks, and only its form acts.

Whoever has the link sees what the message itself says, and no more: neither the patient's name
nor why they come.
"""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from appointments.choices import choice_of
from appointments.enums import Status
from appointments.forms import WeekForm
from appointments.models import Appointment
from appointments.no_shows import Way, way_to_book
from appointments.pickers import nearest_days, week_of
from appointments.queries import is_offered, was_moved_by_desk
from appointments.refusals import BookingRefused
from appointments.rules import (
    can_cancel,
    can_reschedule,
    cancelling_costs,
    is_late_to_cancel,
)
from appointments.services.attending import confirm_attendance
from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from clinics.models import Clinic
from core.clock import current_time
from notifications.links import acts_on_visit, find_message, token_of
from notifications.models import Message
from notifications.services.preferences import may_be_stopped, stop

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(GET_OR_POST)
def link_attend(request: HttpRequest, token: str) -> HttpResponse:
    """«Asistiré»: to this visit, and to the others of the same reminder."""
    now = current_time()
    message, visit = _open(token, now)
    page, status = _frame(message, visit, token, now), 200
    page["others"] = _others(message, now)
    every = [visit, *(other["visit"] for other in page["others"])]
    standing = [one for one in every if one.status == Status.BOOKED]
    page["is_done"] = bool(standing) and all(one.attendance_confirmed_at for one in standing)
    if request.method == "POST":
        try:
            for one in standing or [visit]:
                confirm_attendance(appointment=one, actor=message.recipient, now=now)
            page["is_done"] = True
        except BookingRefused as refusal:
            page["sentence"], status = str(refusal), refusal.status
    name = "link_attend" if standing or page["can_cancel"] else "_over"
    return render(request, f"notifications/links/{name}.html", page, status=status)


@never_cache
@require_http_methods(GET_OR_POST)
def link_cancel(request: HttpRequest, token: str) -> HttpResponse:
    now = current_time()
    message, visit = _open(token, now)
    page, status = _frame(message, visit, token, now), 200
    if request.method == "POST":
        try:
            cancel_appointment(
                appointment=visit, actor=message.recipient, status=Status.CANCELLED_BY_PATIENT,
                now=now, told_fee=request.POST.get("cargo", ""),
            )  # fmt: skip
            page["is_done"] = True
        except BookingRefused as refusal:
            page["sentence"], status = str(refusal), refusal.status
    name = "link_cancel" if page["can_cancel"] or page.get("is_done") else "_over"
    return render(request, f"notifications/links/{name}.html", page, status=status)


@never_cache
@require_safe
def link_reschedule(request: HttpRequest, token: str) -> HttpResponse:
    """Choose another time: it is asked about before it is taken."""
    now = current_time()
    message, visit = _open(token, now)
    page = _frame(message, visit, token, now)
    if page["can_reschedule"]:
        form = WeekForm(request.GET)
        day = form.cleaned_data["semana"] if form.is_valid() else None
        clinic = _with_schedule(visit)
        page["week"] = week_of(clinic, day.date() if day else None, now=now, ignoring=visit)
    name = "link_reschedule" if page["can_cancel"] else "_over"
    return render(request, f"notifications/links/{name}.html", page)


@never_cache
@require_http_methods(GET_OR_POST)
def link_move(request: HttpRequest, token: str, start: datetime) -> HttpResponse:
    now = current_time()
    message, visit = _open(token, now)
    page = {**_frame(message, visit, token, now), "start": start}
    if not page["can_reschedule"]:
        return redirect("notifications:link_reschedule", token)
    if request.method != "POST":
        if is_offered(_with_schedule(visit), start, now=now, ignoring=visit):
            return render(request, "notifications/links/link_move.html", page)
        return _lost(request, page, visit, start)
    try:
        moved = reschedule_appointment(
            appointment=visit, starts_at=start, actor=message.recipient, now=now
        )
    except BookingRefused as refusal:
        return _lost(request, page, visit, start, str(refusal))
    page = {**page, "is_done": True, "visit": moved}
    return render(request, "notifications/links/link_move.html", page)


@never_cache
@require_http_methods(GET_OR_POST)
def link_choose(request: HttpRequest, token: str) -> HttpResponse:
    """One of the times that are held, with one tap; or none of them."""
    now = current_time()
    message, visit = _open(token, now)
    choice = choice_of(visit, request.POST, actor=message.recipient, now=now)
    if choice.is_done:
        return redirect("notifications:link_choose", token)
    page = {**_frame(message, visit, token, now), "choice": choice}
    return render(request, "notifications/links/link_choose.html", page, status=choice.status)


@csrf_exempt
@never_cache
@require_http_methods(GET_OR_POST)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop messages of this kind. A look stops nothing.

    A mail program posts without ever having seen a form of ours (RFC 8058): then the token alone
    is the key. Everybody else's form is protected as all are.
    """
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    return (_stop if is_one_click else csrf_protect(_stop))(request, token)


def _stop(request: HttpRequest, token: str) -> HttpResponse:
    message = find_message(token)
    if message is None or not may_be_stopped(message):
        raise Http404
    is_done = request.method == "POST"
    if is_done:
        stop(message=message, now=current_time())
    page = {"message": message, "is_done": is_done}
    return render(request, "notifications/links/unsubscribe.html", page)


def _open(token: str, now: datetime) -> tuple[Message, Appointment]:
    """Raises Http404: never signed, gone to another address since, or about a visit that began."""
    message = find_message(token)
    if message is None or message.visit is None or not acts_on_visit(message, now):
        raise Http404
    return message, message.visit


def _others(message: Message, now: datetime) -> list[dict[str, Any]]:
    """What else the reminder was about and still stands: each has a link of its own."""
    people = ("recipient", "visit__doctor__user", "visit__clinic__city")
    rows = message.passengers.select_related(*people).order_by("visit__starts_at", "pk")
    frames = [_frame(row, row.visit, token_of(row), now) for row in rows
              if row.visit and row.visit.sequence == row.version]  # fmt: skip
    return [f for f in frames if f["visit"].status == Status.BOOKED and f["can_cancel"]]


def _with_schedule(visit: Appointment) -> Clinic:
    return Clinic.objects.with_schedule().get(pk=visit.clinic_id)


def _frame(message: Message, visit: Appointment, token: str, now: datetime) -> dict[str, Any]:
    is_free = was_moved_by_desk(visit)
    way = way_to_book(visit.clinic, visit.patient, now)
    may_move = can_reschedule(visit, now, is_moved_by_desk=is_free)
    return {
        "token": token,
        "visit": visit,
        "clinic": visit.clinic,
        "doctor": visit.doctor,
        "zone": message.recipient.time_zone if message.recipient else "UTC",
        "now": now,
        "can_cancel": can_cancel(visit, now),
        "can_reschedule": may_move and way is not Way.BY_PHONE,
        "is_by_phone": may_move and way is Way.BY_PHONE,
        # Another time is one that the clinic confirms.
        "is_request": way.is_request or visit.status == Status.REQUESTED,
        "is_late": is_late_to_cancel(visit, now, is_moved_by_desk=is_free),
        "fee": cancelling_costs(visit, now, is_moved_by_desk=is_free),
        "is_free": is_free,
    }


def _lost(
    request: HttpRequest, page: dict[str, Any], visit: Appointment, start: datetime,
    sentence: str = "",
) -> HttpResponse:  # fmt: skip
    nearest = nearest_days(_with_schedule(visit), start, now=page["now"])
    context = {**page, "nearest": nearest, "sentence": sentence}
    return render(request, "notifications/links/_lost.html", context, status=409)
