"""The desk books for a patient: one it knows, or one that it writes down."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.enums import Relationship
from accounts.models import Patient, User
from accounts.services import keep_invited, spare_strangers
from appointments.desk import OUTSIDE, require_possible
from appointments.enums import ChangeKind, Status
from appointments.models import PATIENT_TAKEN, SLOT_TAKEN, Appointment, Submission
from appointments.refusals import (
    BadLength,
    ClinicClosed,
    KeyReused,
    PatientBusy,
    PatientGone,
    ServiceBusy,
    TermsChanged,
    VisitThere,
)
from appointments.services.booking import freeze_terms, new_code
from appointments.services.locks import expire_holds, lock_doctor, lock_patient_to_book
from appointments.services.offers import current_clinic
from appointments.services.sparing import spare_patient
from appointments.services.timeline import record_change
from clinics.models import Clinic
from core.db import once_more, violation_as

SHORTEST, LONGEST = 5, 720


@dataclass(frozen=True)
class NewPatient:
    """Whom the consultorio writes down; a phone or an e-mail is needed to reach them."""

    first_names: str
    last_names: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class DeskBooking:
    """What the desk confirms: `patient` or `new_patient`; `key` is its form's idempotency key."""

    actor: User
    clinic: Clinic
    starts_at: datetime
    minutes: int
    key: uuid.UUID
    patient: Patient | None = None
    new_patient: NewPatient | None = None
    reason: str = ""
    visit_type: str = ""
    is_override: bool = False

    @property
    def fingerprint(self) -> str:
        who = str(self.patient.pk) if self.patient else repr(self.new_patient)
        text = f"{self.clinic.pk}|{self.starts_at.timestamp():.0f}|{who}"
        return hashlib.sha256(text.encode()).hexdigest()


@once_more(ServiceBusy)
@transaction.atomic
def book_for_patient(*, booking: DeskBooking, now: datetime) -> Appointment:
    """Book the time, or return the visit that this form already made. Limits, notice, horizon and
    confirmation are for patients; the schedule warns.

    Raises OutsideSchedule, VisitThere, SlotHeld, AbsentThen, SlotInThePast, PatientBusy,
    PatientGone, ClinicClosed, TermsChanged, BadLength, KeyReused, ServiceBusy; TooManyInvitations,
    TooManyChanges.
    """
    if not SHORTEST <= booking.minutes <= LONGEST:
        raise BadLength
    if booking.patient is not None:
        lock_patient_to_book(booking.patient)
    lock_doctor(booking.clinic.doctor_id)
    earlier = _earlier(booking)
    if earlier is not None:
        return earlier
    clinic = current_clinic(booking.clinic)
    if clinic.archived_at is not None:
        raise ClinicClosed
    if booking.visit_type and not clinic.has_type(booking.visit_type):
        raise TermsChanged
    warnings = require_possible(
        clinic, booking.starts_at, booking.minutes, now=now, is_override=booking.is_override
    )
    patient = _patient(booking, now)
    spare_patient(patient, doctor_id=clinic.doctor_id, now=now)
    visit = place_visit(booking, clinic, patient, warnings, now)
    Submission.objects.create(
        account=booking.actor,
        key=booking.key,
        fingerprint=booking.fingerprint,
        appointment=visit,
        created_at=now,
    )
    return visit


def _earlier(booking: DeskBooking) -> Appointment | None:
    submission = (
        Submission.objects.select_related("appointment")
        .filter(account=booking.actor, key=booking.key)
        .first()
    )
    if submission is None:
        return None
    if submission.fingerprint != booking.fingerprint:
        raise KeyReused
    return submission.appointment


def _patient(booking: DeskBooking, now: datetime) -> Patient:
    if booking.new_patient is not None:
        if booking.new_patient.email:
            spare_strangers(actor=booking.actor, now=now)
        patient = Patient.objects.create(
            relationship=Relationship.SELF, created_at=now, **vars(booking.new_patient)
        )
    else:
        # Read under its lock: an account may have claimed it, and become one with another row.
        known = booking.patient and Patient.objects.filter(pk=booking.patient.pk).first()
        if not known:
            raise PatientGone
        patient = known
    keep_invited(patient, actor=booking.actor, now=now)
    return patient


def place_visit(
    booking: DeskBooking, clinic: Clinic, patient: Patient, warnings: list[str], now: datetime
) -> Appointment:
    """Write the visit and its first line; patient and doctor are locked, and the time was looked
    at. Raises VisitThere, PatientBusy.
    """
    visit = _write(booking, clinic, patient, warnings, now)
    record_change(
        visit,
        kind=ChangeKind.BOOKED,
        actor=booking.actor,
        at=now,
        by_desk=True,
        is_override=bool(warnings),
    )
    return visit


def _write(
    booking: DeskBooking, clinic: Clinic, patient: Patient, warnings: list[str], now: datetime
) -> Appointment:
    visit = Appointment(
        doctor_id=clinic.doctor_id,
        clinic=clinic,
        patient=patient,
        booked_by=booking.actor,
        starts_at=booking.starts_at,
        ends_at=booking.starts_at + timedelta(minutes=booking.minutes),
        status=Status.BOOKED,
        is_outside_hours=not OUTSIDE.isdisjoint(warnings),
        phone=patient.phone,
        created_at=now,
        booked_at=now,
        code=new_code(),
    )
    visit.reason = booking.reason
    freeze_terms(visit, clinic, booking.visit_type)
    expire_holds(clinic.doctor_id, visit.starts_at, visit.ends_at, now)
    with violation_as({SLOT_TAKEN: VisitThere(), PATIENT_TAKEN: PatientBusy()}):
        visit.save(force_insert=True)
    return visit
