"""The desk repeats a visit, and moves or cancels what comes of a series from one on."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from appointments.enums import Status
from appointments.models import Appointment
from appointments.refusals import BookingRefused, NoneChosen
from appointments.rules import can_cancel
from appointments.series import Place, can_repeat, cancellable, place_of
from appointments.services.series import make_series
from appointments.services.series_changes import cancel_from_here, move_from_here
from core.clock import current_time
from core.db import Refusal
from portal.desk import DeskRequest, desk_page
from portal.people import is_reachable, say_done
from portal.series import DatesPage, RepeatPage, ShiftPage, repeat_page, shift_page
from portal.visit_forms import CancelForm

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@desk_page
def series(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """How often, then a look at the dates; the POST books them all."""
    visit, now = _visit(request, public_id), current_time()
    place = place_of(visit)
    goes_on = place is not None and place.goes_on(visit, now)
    if request.method != "POST" and (goes_on or not can_repeat(visit)):
        return redirect("portal:visit", public_id)
    page = repeat_page(visit, request.GET, _data(request), now)
    if page.data is not None and page.form.is_valid():
        try:
            made = _make(request, page)
        except Refusal as refusal:
            page.refuse(refusal)
        else:
            words = ngettext("Reservamos %(n)d cita más.", "Reservamos %(n)d citas más.", made)
            return _done(request, visit, words % {"n": made})
    context = _frame(request, visit, page, place)
    return render(request, "portal/series/series.html", context, status=page.status)


@require_http_methods(GET_OR_POST)
@desk_page
def series_move(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another day or hour, then a look at what it does to each; the POST moves them all."""
    visit, now = _visit(request, public_id), current_time()
    place = _place(visit)
    if request.method != "POST" and not can_cancel(visit, now):
        return redirect("portal:visit", public_id)
    page = shift_page(visit, place, request.GET, _data(request), now)
    if page.data is not None and page.form.is_valid():
        try:
            moved = _move(request, page)
        except Refusal as refusal:
            page.refuse(refusal)
        else:
            words = ngettext("%(n)d cita tiene una nueva hora.",
                             "%(n)d citas tienen una nueva hora.", moved)  # fmt: skip
            return _done(request, visit, words % {"n": moved})
    context = _frame(request, visit, page, place)
    return render(request, "portal/series/series_move.html", context, status=page.status)


@require_http_methods(GET_OR_POST)
@desk_page
def series_cancel(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """Which of them, and a word to the patient; then the POST cancels those."""
    visit, now, data = _visit(request, public_id), current_time(), _data(request)
    place = _place(visit)
    if data is None and not can_cancel(visit, now):
        return redirect("portal:visit", public_id)
    form = CancelForm(data)
    if data is not None and form.is_valid():
        try:
            gone = _cancel(request, visit, place, data, form.cleaned_data["message"], now)
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            return _cancel_page(request, visit, place, form, now, refusal.status)
        words = ngettext("%(n)d cita está cancelada.", "%(n)d citas están canceladas.", gone)
        return _done(request, visit, words % {"n": gone})
    return _cancel_page(request, visit, place, form, now, 422 if form.is_bound else 200)


def _make(request: DeskRequest, page: RepeatPage) -> int:
    """How many it made. Raises what `make_series` and `RepeatPage.plan` refuse."""
    plan = page.plan(request.user)
    make_series(plan=plan, now=page.now)
    return sum(wish.starts_at is not None for wish in plan.wishes)


def _move(request: DeskRequest, page: ShiftPage) -> int:
    """How many it moved; sent again, as many. Raises likewise."""
    is_there = page.starts_at == page.visit.starts_at
    moved = move_from_here(
        appointment=page.visit, starts_at=page.starts_at,
        wishes=() if is_there else page.decisions(), actor=request.user, now=page.now,
        message=page.form.cleaned_data["message"],
    )  # fmt: skip
    return len(moved or page.moving)


def _cancel(
    request: DeskRequest, visit: Appointment, place: Place, data: QueryDict, message: str,
    now: datetime,
) -> int:  # fmt: skip
    """How many of the chosen ones are cancelled now. Raises NoneChosen, ServiceBusy."""
    wished = set(data.getlist("cita"))
    chosen = {v.pk for v in place.visits if str(v.public_id) in wished}
    if not chosen:
        raise NoneChosen
    cancel_from_here(
        appointment=visit, actor=request.user, status=Status.CANCELLED_BY_DOCTOR, now=now,
        by_desk=True, message=message, chosen=chosen,
    )  # fmt: skip
    return len(chosen)


def _cancel_page(
    request: DeskRequest, visit: Appointment, place: Place, form: CancelForm, now: datetime,
    status: int,
) -> HttpResponse:  # fmt: skip
    data = _data(request)
    chosen = {str(v.public_id) for v in place.visits}
    if data is not None and "cita" in data:
        chosen = set(data.getlist("cita"))
    rows = cancellable(place.from_here(visit, now), chosen, now)
    context = {**_people(request, visit), "place": place, "form": form, "rows": rows}
    return render(request, "portal/series/series_cancel.html", context, status=status)


def _visit(request: DeskRequest, public_id: uuid.UUID) -> Appointment:
    visits = request.desk.visits.with_people().select_related("in_series__series")
    return get_object_or_404(visits, public_id=public_id)


def _place(visit: Appointment) -> Place:
    found = place_of(visit)
    if found is None:
        raise Http404
    return found


def _data(request: DeskRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _frame(
    request: DeskRequest, visit: Appointment, page: DatesPage, place: Place | None
) -> dict[str, Any]:
    return {**_people(request, visit), "page": page, "form": page.form, "place": place}


def _people(request: DeskRequest, visit: Appointment) -> dict[str, Any]:
    assert visit.patient is not None
    return {
        "desk": request.desk,
        "visit": visit,
        "zone": visit.zone,
        "is_reachable": is_reachable(visit.patient),
    }


def _done(request: DeskRequest, visit: Appointment, said: str) -> HttpResponse:
    assert visit.patient is not None
    say_done(request, said, visit.patient)
    return redirect("portal:visit", visit.public_id)
