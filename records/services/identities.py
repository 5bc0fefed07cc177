"""Who a patient was, once their account is closed: kept sealed beside the record, as laws ask."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Patient
from appointments.models import AppointmentQuerySet
from records.documents import Identity
from records.models import KeptIdentity


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


def kept_of(patient: Patient) -> KeptIdentity | None:
    """None for who has their account, and where no law keeps the name, or not any more."""
    if patient.erased_at is None:
        return None
    return KeptIdentity.objects.filter(patient=patient).first()


def kept_among(visits: AppointmentQuerySet) -> list[KeptIdentity]:
    """Of the patients of these visits who closed their accounts; by name, as far as it opens."""
    rows = KeptIdentity.objects.filter(patient__in=visits.values("patient"))
    return sorted(rows.select_related("patient"), key=lambda row: row.said.full_name.casefold())


def _identity(patient: Patient, is_clinical: bool) -> Identity:
    known = Identity(
        patient.first_names, patient.last_names, str(patient.id_country),
        patient.id_number,
    )  # fmt: skip
    if not is_clinical:
        return known
    born = patient.birth_date.isoformat() if patient.birth_date else ""
    return Identity(**{**known.document, "birth_date": born, "sex": patient.sex})
