"""The waiting room at the desk: who is where today, one tap for each step, and the delay told."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from appointments.enums import SaidBy, Stage
from appointments.models import Appointment, VisitDay
from appointments.refusals import BookingRefused
from appointments.services.days import (
    check_in,
    finish_consultation,
    start_consultation,
    take_back,
)
from appointments.services.delays import announce_delay
from core.clock import current_time
from portal.desk import DeskRequest, desk_page
from portal.live import live_page
from portal.room import SAID, boards_of, way_back
from portal.room_forms import DelayForm, StepForm


@require_safe
@desk_page
def room(request: DeskRequest) -> HttpResponse:
    """The whole page, or only its live part."""
    page = "_room_body" if request.headers.get("HX-Request") else "room"
    return _room(request, page=page)


@require_POST
@desk_page
def room_step(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """They arrived, go in, are done; or the last of these was a mistake."""
    visit = get_object_or_404(request.desk.visits.with_people(), public_id=public_id)
    form = StepForm(request.POST)
    if not form.is_valid():
        return _room(request, sentence=_first_error(form), status=422)
    try:
        _step(request, visit, form)
    except BookingRefused as refusal:
        return _room(request, sentence=str(refusal), status=refusal.status)
    messages.success(request, str(SAID[form.cleaned_data["step"]]))
    return redirect(way_back(form.cleaned_data["volver"], visit))


@require_POST
@desk_page
def room_delay(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Those who are still to come at one consultorio are told how late it is."""
    clinic = get_object_or_404(request.desk.all_clinics, public_id=public_id)
    form, now = DelayForm(request.POST), current_time()
    typed = {"clinic": clinic.pk, "minutes": request.POST.get("minutes", "")[:6]}
    if not form.is_valid():
        return _room(request, typed={**typed, "error": _first_error(form)}, status=422)
    minutes = form.cleaned_data["minutes"]
    try:
        told = announce_delay(clinic=clinic, minutes=minutes, actor=request.user, now=now)
    except BookingRefused as refusal:
        return _room(request, typed={**typed, "error": str(refusal)}, status=refusal.status)
    said = ngettext("Avisamos a %(n)d persona.", "Avisamos a %(n)d personas.", told) % {"n": told}
    messages.success(request, said)
    return redirect("portal:room")


def _step(request: DeskRequest, visit: Appointment, form: StepForm) -> VisitDay:
    """Raises what the services refuse."""
    now, actor, step = current_time(), request.user, form.cleaned_data["step"]
    if step == "arrived":
        return check_in(appointment=visit, said_by=SaidBy.DESK, actor=actor, now=now)
    if step == "started":
        return start_consultation(appointment=visit, actor=actor, now=now)
    if step == "finished":
        return finish_consultation(appointment=visit, actor=actor, now=now)
    was = Stage(form.cleaned_data["was"] or Stage.EXPECTED)
    return take_back(appointment=visit, was=was, said_by=SaidBy.DESK, actor=actor, now=now)


def _first_error(form: StepForm | DelayForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _room(
    request: DeskRequest,
    *,
    page: str = "room",
    sentence: str = "",
    typed: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    now, desk = current_time(), request.desk
    # Asked first: what changes while the rest is read comes again, and none is missed.
    live = live_page(desk)
    boards = boards_of(desk, now)
    for board in boards:
        if typed and typed["clinic"] == board.clinic.pk:
            board.minutes, board.error = str(typed["minutes"]), str(typed["error"])
    context = {"desk": desk, "boards": boards, "now": now, "live": live, "sentence": sentence}
    context["has_errors"] = bool(sentence or typed)
    if typed and not any(board.error for board in boards):
        context["sentence"] = str(typed["error"])
    return render(request, f"portal/room/{page}.html", context, status=status)
