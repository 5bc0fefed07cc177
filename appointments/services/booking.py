"""The one way to a booked visit: every path that books calls `book_appointment`."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import Patient, User
from appointments.enums import ChangeKind, Status
from appointments.models import PATIENT_TAKEN, SLOT_TAKEN, Appointment, BookingDraft, Submission
from appointments.no_shows import Way, require_online
from appointments.queries import is_bookable
from appointments.refusals import (
    BookingRefused,
    KeyReused,
    PatientBusy,
    ServiceBusy,
    SlotInThePast,
    SlotNotOffered,
    SlotTaken,
    TermsChanged,
    TooManyBookings,
    TooManyOpenVisits,
)
from appointments.services.locks import expire_holds, lock_doctor, lock_draft, lock_patient_to_book
from appointments.services.offers import current_clinic, end_of, require_offered
from appointments.services.timeline import record_change
from clinics.enums import PaymentTime
from clinics.models import Clinic
from clinics.terms import TERMS
from core.db import once_more, violation_as

# No look-alikes (0 O 1 I L); 31^5 codes, not guessable one from another.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 5
TIME_TO_ANSWER = timedelta(hours=24)


@dataclass(frozen=True)
class BookingRequest:
    """What the patient confirms. `key` is the form's idempotency key, `terms` its `terms_of`."""

    account: User
    patient: Patient
    clinic: Clinic
    starts_at: datetime
    phone: str
    reason: str
    key: uuid.UUID
    terms: str
    holder_key: str = ""
    visit_type: str = ""

    @property
    def fingerprint(self) -> str:
        text = f"{self.clinic.pk}|{self.starts_at.timestamp():.0f}|{self.patient.pk}"
        return hashlib.sha256(text.encode()).hexdigest()


def terms_of(clinic: Clinic, way: Way = Way.AT_ONCE, visit_type: str = "") -> str:
    """A digest of price, payment, cancellation rule and `way`, to tell whether any of them changed
    meanwhile.
    """
    is_request = clinic.requires_confirmation or way.is_request
    text = "|".join(
        str(part)
        for part in (
            clinic.price_of(visit_type),
            clinic.currency,
            clinic.payment_policy,
            clinic.payment_methods,
            clinic.cancellation_notice_minutes,
            *(getattr(clinic, term) for term in TERMS),
            # A request is less than a booking: nobody may send one unawares.
            *(["confirmation"] if is_request else []),
            *(["prepaid"] if way is Way.PREPAID else []),
            *([visit_type] if visit_type else []),
        )
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@once_more(ServiceBusy)
@transaction.atomic
def book_appointment(*, request: BookingRequest, now: datetime) -> Appointment:
    """Book the time for the patient, or return the visit that this form already made. Where the
    clinic confirms each visit, or those of this patient, it is a request, which keeps the time
    until it is answered.

    Raises a BookingRefused: SlotTaken, SlotNotOffered, SlotInThePast, PatientBusy, ByPhoneOnly,
    TermsChanged, TooManyBookings, TooManyOpenVisits, KeyReused, ServiceBusy.
    """
    draft = lock_draft(request.holder_key) if request.holder_key else None
    _spare_the_queue(request, draft, now)
    lock_patient_to_book(request.patient)
    lock_doctor(request.clinic.doctor_id)
    earlier = earlier_answer(request)
    if earlier is not None:
        return earlier
    clinic = current_clinic(request.clinic)
    held = _own_hold(draft, request, now)
    way = require_online(clinic, request.patient, now)
    _refuse(request, clinic, held, way, now)
    appointment = _write(request, clinic, held, way, now)
    kind = ChangeKind.REQUESTED if appointment.answer_by else ChangeKind.BOOKED
    record_change(appointment, kind=kind, actor=request.account, at=now)
    _remember(request, appointment, now)
    if draft is not None and draft.is_for(clinic, request.starts_at):
        draft.delete()
    return appointment


def earlier_answer(request: BookingRequest) -> Appointment | None:
    """The visit that this form, or the same wish in another tab, has already made.

    Raises KeyReused for a form that made another visit.
    """
    submission = (
        Submission.objects.select_related("appointment")
        .filter(account=request.account, key=request.key)
        .first()
    )
    if submission is not None:
        if submission.fingerprint != request.fingerprint:
            raise KeyReused
        return submission.appointment
    return (
        Appointment.objects.standing()
        .filter(
            patient=request.patient,
            clinic=request.clinic,
            starts_at=request.starts_at,
            booked_by=request.account,
        )
        .first()
    )


def _spare_the_queue(request: BookingRequest, draft: BookingDraft | None, now: datetime) -> None:
    """A crowd at one time: who can already see that it is gone need not wait for the locks.

    Looks first and asks for the earlier answer then: the other way round, the same form could
    make its visit in between.
    """
    if _own_hold(draft, request, now) is not None:
        return
    try:
        require_offered(request.clinic, request.starts_at, now=now)
    except BookingRefused:
        if earlier_answer(request) is None:
            raise


def _own_hold(
    draft: BookingDraft | None, request: BookingRequest, now: datetime
) -> Appointment | None:
    """Read anew each time: it may run out, and be taken, while we wait for the doctor."""
    if draft is None or draft.appointment_id is None:
        return None
    if not draft.is_for(request.clinic, request.starts_at):
        return None
    return Appointment.objects.filter(
        pk=draft.appointment_id, status=Status.HELD, hold_expires_at__gt=now
    ).first()


def _refuse(
    request: BookingRequest, clinic: Clinic, held: Appointment | None, way: Way, now: datetime
) -> None:
    if held is None:
        require_offered(clinic, request.starts_at, now=now)
    elif request.starts_at < now:
        raise SlotInThePast
    elif not is_bookable(clinic):
        raise SlotNotOffered
    if not clinic.has_type(request.visit_type):
        raise TermsChanged
    if request.terms != terms_of(clinic, way, request.visit_type):
        raise TermsChanged
    since = now - timedelta(hours=1)
    recent = Appointment.objects.filter(booked_by=request.account, booked_at__gt=since)
    if recent.count() >= settings.BOOKINGS_PER_HOUR:
        raise TooManyBookings
    # A series is the desk's wish: it takes nobody's place.
    open_visits = request.patient.appointments.upcoming(now).filter(
        doctor=clinic.doctor_id, in_series__isnull=True
    )
    if open_visits.count() >= settings.OPEN_VISITS_PER_DOCTOR:
        raise TooManyOpenVisits


def _write(
    request: BookingRequest, clinic: Clinic, held: Appointment | None, way: Way, now: datetime
) -> Appointment:
    appointment = held or Appointment(
        doctor_id=clinic.doctor_id,
        starts_at=request.starts_at,
        ends_at=end_of(clinic, request.starts_at),
    )
    appointment.clinic = clinic
    appointment.status = Status.BOOKED
    if way.is_request:
        appointment.status = Status.REQUESTED
        appointment.answer_by = answer_by(request.starts_at, now)
    appointment.hold_expires_at = None
    appointment.patient = request.patient
    appointment.booked_by = request.account
    appointment.phone = request.phone
    appointment.reason = request.reason
    appointment.booked_at = now
    appointment.code = new_code()
    freeze_terms(appointment, clinic, request.visit_type)
    if way is Way.PREPAID:
        appointment.payment_time = PaymentTime.BEFORE
    expire_holds(clinic.doctor_id, appointment.starts_at, appointment.ends_at, now)
    with violation_as({SLOT_TAKEN: SlotTaken(), PATIENT_TAKEN: PatientBusy()}):
        appointment.save()
    return appointment


def answer_by(starts_at: datetime, now: datetime) -> datetime:
    """How long the doctor may think about a request: a day, and never beyond its start."""
    return min(now + TIME_TO_ANSWER, starts_at)


def freeze_terms(appointment: Appointment, clinic: Clinic, visit_type: str = "") -> None:
    """Copy what the patient was shown: later edits of the clinic must not reach the visit."""
    appointment.visit_type = visit_type
    appointment.price = clinic.price_of(visit_type)
    appointment.currency = clinic.currency
    appointment.payment_policy = clinic.payment_policy
    appointment.payment_methods = ",".join(clinic.payment_methods)
    appointment.cancellation_notice_minutes = clinic.cancellation_notice_minutes
    for term in TERMS:
        setattr(appointment, term, getattr(clinic, term))


def _remember(request: BookingRequest, appointment: Appointment, now: datetime) -> None:
    with violation_as({"submission_key_once": KeyReused()}):
        Submission.objects.create(
            account=request.account,
            key=request.key,
            fingerprint=request.fingerprint,
            appointment=appointment,
            created_at=now,
        )


def new_code() -> str:
    """«DB-7K2M9». Asks until it is new; the unique constraint has the last word."""
    while True:
        code = "DB-" + "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if not Appointment.objects.filter(code=code).exists():
            return code
