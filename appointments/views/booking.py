"""From a time to a booked visit, step by step. Each page's POST does one thing."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AccountRequest
from accounts.models import Patient
from accounts.services import (
    AlreadyHasProfile,
    TooManyPeople,
    add_dependant,
    save_own_profile,
)
from appointments.browsers import (
    address_digest,
    draft_of,
    forget_pending,
    holder_key_of,
    remember_pending,
)
from appointments.forms import NEW, SELF, ConfirmForm, DetailsForm
from appointments.models import Appointment, BookingDraft
from appointments.no_shows import Way, require_online
from appointments.pickers import nearest_days
from appointments.queries import is_offered
from appointments.refusals import (
    BookingRefused,
    ByPhoneOnly,
    SlotTaken,
    TermsChanged,
)
from appointments.services.booking import (
    BookingRequest,
    book_appointment,
    earlier_answer,
    terms_of,
)
from appointments.services.drafts import save_details
from appointments.services.holds import extend_hold, hold_slot, is_live
from clinics.models import Clinic
from core.clock import current_time

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
def hold(request: HttpRequest, clinic_id: uuid.UUID, start: datetime) -> HttpResponse:
    """Step 1's end: the chosen time; POST keeps it for this browser."""
    now = current_time()
    clinic = get_object_or_404(Clinic.objects.bookable().with_schedule(), public_id=clinic_id)
    draft = draft_of(request)
    if request.method != "POST":
        if draft and is_live(draft, now) and draft.is_for(clinic, start):
            return redirect("appointments:details", clinic_id, start)
        if not is_offered(clinic, start, now=now):
            return refused(request, clinic, start, now, SlotTaken(_("Esa hora ya no está libre.")))
        return render(request, "appointments/booking/hold.html", _frame(clinic, start, now))
    try:
        _hold(request, clinic, start, now)
    except BookingRefused as refusal:
        return refused(request, clinic, start, now, refusal)
    return redirect("appointments:details", clinic_id, start)


@require_POST
def extend(request: HttpRequest, clinic_id: uuid.UUID, start: datetime) -> HttpResponse:
    """«Más tiempo»: once."""
    try:
        draft = extend_hold(holder_key=holder_key_of(request), now=current_time())
    except BookingRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        remember_pending(request, draft)
        messages.success(request, _("Listo: le guardamos la hora diez minutos más."))
    return redirect("appointments:details", clinic_id, start)


@require_http_methods(GET_OR_POST)
def details(request: AccountRequest, clinic_id: uuid.UUID, start: datetime) -> HttpResponse:
    """Step 2: for whom, phone, reason."""
    now = current_time()
    clinic = _clinic(clinic_id)
    draft = draft_of(request)
    if request.method != "POST" and (draft is None or not draft.is_for(clinic, start)):
        return redirect("appointments:hold", clinic_id, start)
    form = _details_form(request, clinic, draft)
    if form.is_valid():
        try:
            refusal = _keep(request, clinic, start, form, now)
        except (AlreadyHasProfile, TooManyPeople) as no:
            form.add_error(None, str(no))
        else:
            if refusal is not None:
                return refused(request, clinic, start, now, refusal)
            return redirect("appointments:review", clinic_id, start)
    context = {**_frame(clinic, start, now, draft), "form": form, "NEW": NEW, "SELF": SELF}
    status = 422 if form.is_bound else 200
    return render(request, "appointments/booking/details.html", context, status=status)


@require_http_methods(GET_OR_POST)
def review(request: AccountRequest, clinic_id: uuid.UUID, start: datetime) -> HttpResponse:
    """Step 3: everything in sight; POST books."""
    now = current_time()
    clinic = _clinic(clinic_id)
    draft = draft_of(request)
    ready = draft is not None and draft.patient is not None and _is_told(draft, clinic, start)
    if request.method == "POST":
        return _confirm(request, clinic, start, draft if ready else None, now)
    if not ready:
        booked = _already_booked(request, clinic, start)
        if booked is not None:
            return redirect("appointments:appointment", booked.public_id)
        return redirect("appointments:details", clinic_id, start)
    assert draft is not None
    return _review_page(request, clinic, start, draft, now)


def _is_told(draft: BookingDraft, clinic: Clinic, start: datetime) -> bool:
    """Whether it is for this time, and of a type that the clinic has."""
    return draft.is_for(clinic, start) and clinic.has_type(draft.visit_type)


def refused(
    request: HttpRequest,
    clinic: Clinic,
    start: datetime,
    now: datetime,
    refusal: BookingRefused,
) -> HttpResponse:
    """Why not, and the nearest free times where one helps. What was typed stays in the draft."""
    helps = refusal.other_times_help
    context = {
        **_frame(clinic, start, now),
        "sentence": str(refusal),
        "nearest": nearest_days(clinic, start, now=now) if helps else None,
        "kept": draft_of(request),
        "is_by_phone": isinstance(refusal, ByPhoneOnly),
    }
    page = "lost" if helps else "refused"
    return render(request, f"appointments/booking/{page}.html", context, status=refusal.status)


def _confirm(
    request: AccountRequest,
    clinic: Clinic,
    start: datetime,
    draft: BookingDraft | None,
    now: datetime,
) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Revise su cita y confirme otra vez."))
        return _again(request, clinic, start, draft, now, 422)
    order = _order(request, clinic, start, draft, form)
    try:
        appointment = (
            earlier_answer(order) if draft is None else book_appointment(request=order, now=now)
        )
    except TermsChanged as refusal:
        messages.warning(request, str(refusal))
        return _again(request, clinic, start, draft, now, 409)
    except BookingRefused as refusal:
        return refused(request, clinic, start, now, refusal)
    if appointment is None:
        return redirect("appointments:details", clinic.public_id, start)
    forget_pending(request)
    return redirect("appointments:appointment", appointment.public_id)


def _again(
    request: AccountRequest,
    clinic: Clinic,
    start: datetime,
    draft: BookingDraft | None,
    now: datetime,
    status: int,
) -> HttpResponse:
    if draft is None:
        return redirect("appointments:hold", clinic.public_id, start)
    return _review_page(request, clinic, start, draft, now, status)


def _review_page(
    request: AccountRequest,
    clinic: Clinic,
    start: datetime,
    draft: BookingDraft,
    now: datetime,
    status: int = 200,
) -> HttpResponse:
    assert draft.patient is not None
    try:
        way = require_online(clinic, draft.patient, now)
    except ByPhoneOnly as refusal:
        return refused(request, clinic, start, now, refusal)
    form = ConfirmForm(
        initial={
            "key": uuid.uuid4(),
            "terms": terms_of(clinic, way, draft.visit_type),
            "patient": draft.patient.public_id,
        }
    )
    context = {
        **_frame(clinic, start, now, draft),
        "form": form,
        "is_request": way.is_request,
        "is_prepaid": way is Way.PREPAID,
        "price": clinic.price_of(draft.visit_type),
    }
    return render(request, "appointments/booking/review.html", context, status=status)


def _order(
    request: AccountRequest,
    clinic: Clinic,
    start: datetime,
    draft: BookingDraft | None,
    form: ConfirmForm,
) -> BookingRequest:
    return BookingRequest(
        account=request.user,
        patient=_patient_named(request, draft, form.cleaned_data["patient"]),
        clinic=clinic,
        starts_at=start,
        phone=str(draft.phone) if draft else "",
        reason=draft.reason if draft else "",
        key=form.cleaned_data["key"],
        terms=form.cleaned_data["terms"],
        holder_key=draft.holder_key if draft else "",
        visit_type=draft.visit_type if draft else "",
    )


def _hold(request: HttpRequest, clinic: Clinic, start: datetime, now: datetime) -> None:
    """Raises BookingRefused."""
    draft = hold_slot(
        clinic=clinic,
        starts_at=start,
        holder_key=holder_key_of(request),
        address_digest=address_digest(request),
        now=now,
    )
    remember_pending(request, draft)


def _patient_named(
    request: AccountRequest, draft: BookingDraft | None, public_id: uuid.UUID
) -> Patient:
    """Whom the page showed: the draft's patient, and always one of the account's own."""
    if draft is None:
        return get_object_or_404(request.user.patients, public_id=public_id)
    chosen = draft.patient
    if chosen is None or chosen.public_id != public_id or chosen.account_id != request.user.pk:
        raise Http404("not the patient of this booking")
    return chosen


def _keep(
    request: AccountRequest, clinic: Clinic, start: datetime, form: DetailsForm, now: datetime
) -> BookingRefused | None:
    """Keep what was typed, and the time where it is not held (it ran out, or another tab let it
    go). A refusal is returned, not raised: what was typed stays. Raises AlreadyHasProfile,
    TooManyPeople.
    """
    form.keep_consent(now)
    patient, refusal = _patient_of(request, form), None
    try:
        _hold(request, clinic, start, now)
    except BookingRefused as no:
        refusal = no
    try:
        save_details(
            holder_key=holder_key_of(request),
            account=request.user,
            patient=patient,
            phone=form.cleaned_data["phone"],
            reason=form.cleaned_data["reason"],
            visit_type=form.cleaned_data.get("visit_type", ""),
            now=now,
        )
    except BookingRefused as no:
        return refusal or no
    return refusal


def _patient_of(request: AccountRequest, form: DetailsForm) -> Patient:
    """The chosen person, made or completed first where the page asked for them."""
    if form.cleaned_data["who"] == NEW:
        relationship = form.cleaned_data["new_relationship"]
        return add_dependant(account=request.user, relationship=relationship, data=form.new_data)
    if form.cleaned_data["who"] == SELF and (form.oneself is None or form.asks_about_oneself):
        return save_own_profile(account=request.user, data=form.own_data)
    assert form.chosen is not None
    return form.chosen


def _already_booked(request: AccountRequest, clinic: Clinic, start: datetime) -> Appointment | None:
    visits = Appointment.objects.for_account(request.user).standing()
    return visits.filter(clinic=clinic, starts_at=start).first()


def _details_form(
    request: AccountRequest, clinic: Clinic, draft: BookingDraft | None
) -> DetailsForm:
    people = list(request.user.patients.oneself_first())
    country = str(clinic.country)
    return DetailsForm(
        request.POST if request.method == "POST" else None,
        account=request.user,
        people=people,
        clinic=clinic,
        initial=DetailsForm.initial_of(draft, people, country) if draft else None,
    )


def _clinic(clinic_id: uuid.UUID) -> Clinic:
    """Without its hours: pages that only show the held time do not need them."""
    clinics = Clinic.objects.bookable().select_related("doctor", "city")
    return get_object_or_404(clinics, public_id=clinic_id)


def _frame(
    clinic: Clinic, start: datetime, now: datetime, draft: BookingDraft | None = None
) -> dict[str, Any]:
    """What every page of the booking shows: with whom, where, when, and the hold."""
    live = draft is not None and is_live(draft, now)
    return {
        "clinic": clinic,
        "doctor": clinic.doctor,
        "start": start,
        "now": now,
        "draft": draft,
        "hold_until": draft.appointment.hold_expires_at if live else None,  # type: ignore[union-attr]
        "cancel_until": start - timedelta(minutes=clinic.cancellation_notice_minutes),
    }
