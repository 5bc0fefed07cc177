"""Who came: said of one visit, put right, and asked about those of the last days."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from appointments.attendance import Attendance, may_record
from appointments.enums import Status
from appointments.ledger import ledger_of
from appointments.models import Appointment
from appointments.refusals import BookingRefused
from appointments.services.attendance import correct_attendance, may_correct, record_attendance
from core.clock import current_time
from portal.attendance import fee_words, said_words, way_back
from portal.attendance_forms import AttendanceForm, CorrectionForm
from portal.desk import DeskRequest, desk_page
from portal.queries import just_recorded, unrecorded_days

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@desk_page
def visit_attendance(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """They came, came late, or did not: by a button elsewhere, or here with the minutes."""
    visit, now = _visit(request, public_id), current_time()
    volver = way_back(request.GET.get("volver", ""), visit)
    if request.method != "POST" and not may_record(visit, now):
        return redirect("portal:visit", public_id)
    initial = AttendanceForm.initial_of(visit, volver, now)
    data = request.POST if request.method == "POST" else None
    form = AttendanceForm(data, initial=initial, fee=fee_words(visit))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        said = form.attendance
        try:
            record_attendance(appointment=visit, said=said, actor=request.user, now=now)
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            return _done(request, visit, form)
    is_open = may_record(visit, now)
    context = {"desk": request.desk, "visit": visit, "form": form, "is_open": is_open, "now": now}
    return render(request, "portal/acts/visit_attendance.html", context, status=status)


@require_http_methods(GET_OR_POST)
@desk_page
def visit_correction(request: DeskRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was said is put right, with a reason."""
    visit, now = _visit(request, public_id), current_time()
    may = visit.status in (Status.ATTENDED, Status.NO_SHOW) and may_correct(
        visit, request.user, now
    )
    if request.method != "POST" and not may:
        return redirect("portal:visit", public_id)
    form = _correction(request, visit)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _correct(request, visit, form)
        except BookingRefused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            return _done(request, visit, form)
    context = {"desk": request.desk, "visit": visit, "form": form, "is_open": may, "now": now}
    context["charge"] = ledger_of(visit).missing_fee
    return render(request, "portal/acts/visit_correction.html", context, status=status)


@require_safe
@desk_page
def unrecorded(request: DeskRequest) -> HttpResponse:
    """Past visits of which nobody has said who came, one below the other."""
    now, desk = current_time(), request.desk
    count, days = unrecorded_days(desk, now)
    recent = just_recorded(desk, now)
    context = {"desk": desk, "days": days, "count": count, "recent": recent, "now": now}
    return render(request, "portal/unrecorded.html", context)


def _visit(request: DeskRequest, public_id: uuid.UUID) -> Appointment:
    return get_object_or_404(request.desk.visits.with_people(), public_id=public_id)


def _correction(request: DeskRequest, visit: Appointment) -> CorrectionForm:
    now = current_time()
    volver = way_back(request.GET.get("volver", ""), visit)
    return CorrectionForm(
        request.POST if request.method == "POST" else None,
        initial={
            **CorrectionForm.initial_of(visit, volver, now),
            "was": Attendance.of(visit).key,
        },
        may_take_back=now < visit.ends_at,
        fee="" if visit.status == Status.NO_SHOW else fee_words(visit),
    )


def _correct(request: DeskRequest, visit: Appointment, form: CorrectionForm) -> None:
    """Raises what `correct_attendance` refuses."""
    correct_attendance(
        appointment=visit,
        was=form.cleaned_data["was"],
        said=form.attendance,
        reason=form.cleaned_data["reason"],
        note=form.cleaned_data["note"],
        actor=request.user,
        now=current_time(),
    )


def _done(request: DeskRequest, visit: Appointment, form: AttendanceForm) -> HttpResponse:
    messages.success(request, said_words(form.attendance, fee_words(visit)))
    return redirect(way_back(form.cleaned_data["volver"], visit))
