"""Who a patient was, once their account is closed: kept sealed beside the record, as laws ask."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Patient
from appointments.enums import Status
from appointments.models import Appointment, PaymentLine
from core.clock import current_time
from doctors.models import Doctor
from records.documents import Identity
from records.models import Consultation, KeptIdentity


@dataclass(frozen=True)
class Duty:
    """Whose law, which one, and until which date. A receipt names a person with less."""

    country: str
    source: str
    until: date
    is_clinical: bool


def keep_identity(*, patient: Patient, duty: Duty, now: datetime) -> KeptIdentity:
    """Before the patient's own row is emptied, in the same transaction."""
    row = KeptIdentity(
        patient=patient, country=duty.country, source=duty.source, kept_at=now,
        keep_until=duty.until,
    )  # fmt: skip
    row.write(_identity(patient, duty.is_clinical).document)
    row.save()
    return row


def kept_of(patient: Patient, doctor: Doctor) -> KeptIdentity | None:
    """For a doctor who has a record or a receipt of theirs. None for who has their account, and
    where no law keeps the name, or not any more.
    """
    if patient.erased_at is None:
        return None
    return _kept(doctor).filter(patient=patient).first()


def kept_among(doctor: Doctor) -> list[KeptIdentity]:
    """Of all patients of the doctor's who closed their accounts; by name."""
    rows = _kept(doctor).select_related("patient")
    return sorted(rows, key=lambda row: row.said.full_name.casefold())


def is_of_record(now: datetime) -> Q:
    """Of visits: whose words belong to a record, and stay with it."""
    is_over = Q(status=Status.ATTENDED) | Q(status=Status.BOOKED, starts_at__lte=now)
    return is_over | Q(Exists(Consultation.objects.filter(visit=OuterRef("pk"))))


def has_receipt() -> Exists:
    """Of visits."""
    return Exists(PaymentLine.objects.with_receipt().filter(appointment=OuterRef("pk")))


def _kept(doctor: Doctor) -> QuerySet[KeptIdentity]:
    """A visit that was cancelled gives nobody a name."""
    own = Appointment.objects.filter(doctor=doctor)
    owed = own.filter(Q(is_of_record(current_time())) | Q(has_receipt()))
    return KeptIdentity.objects.filter(patient__in=owed.values("patient"))


def _identity(patient: Patient, is_clinical: bool) -> Identity:
    known = Identity(
        patient.first_names, patient.last_names, str(patient.id_country),
        patient.id_number,
    )  # fmt: skip
    if not is_clinical:
        return known
    born = patient.birth_date.isoformat() if patient.birth_date else ""
    return Identity(**{**known.document, "birth_date": born, "sex": patient.sex})
