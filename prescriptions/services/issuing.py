"""A prescription is issued: by the visit's doctor, whom the caller saw to."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from appointments.models import Appointment
from core.db import once_more, violation_as
from core.events import record
from doctors.enums import LicenceState
from doctors.models import Doctor
from prescriptions.codes import digest_of, new_code
from prescriptions.documents import Content, Heading, Issued
from prescriptions.models import Prescription
from prescriptions.refusals import (
    LicenceRefused,
    NoLicence,
    NotPrescribable,
    PrescriptionBusy,
    PrescriptionRefused,
)
from prescriptions.services.accesses import log_look
from records.enums import Act
from records.services.accesses import Look
from records.services.identities import kept_of
from records.services.writing import may_record


@dataclass(frozen=True)
class Order:
    """What the doctor's form says; `key` is the form's idempotency key, `days` how long it is
    valid, `repeats` how many times more it may be dispensed.
    """

    key: uuid.UUID
    content: Content
    days: int
    repeats: int


def why_not(visit: Appointment, look: Look) -> PrescriptionRefused | None:
    """What stands in the way of a prescription, for a page to say before anybody writes."""
    if not may_record(visit, look.at):
        return NotPrescribable()
    state = visit.doctor.licence_state
    if state == LicenceState.MISSING:
        return NoLicence()
    return LicenceRefused() if state == LicenceState.REFUSED else None


@once_more(PrescriptionBusy)
@transaction.atomic
def issue_prescription(*, visit: Appointment, order: Order, look: Look) -> Prescription:
    """`visit` came with its doctor, clinic and patient. Sent again, it is the one there is.

    Raises NotPrescribable, NoLicence, LicenceRefused, PrescriptionBusy.
    """
    # Two windows of one form wait here; a cancellation or a correction of the visit does, too.
    row = Appointment.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.pk)
    earlier = Prescription.objects.filter(visit=visit, author=look.reader, key=order.key).first()
    if earlier is not None:
        return earlier
    visit.status = row.status
    visit.doctor = Doctor.objects.select_related("user").get(pk=visit.doctor_id)
    if (refusal := why_not(visit, look)) is not None:
        raise refusal
    issued = _new(visit, order, look)
    # The same key of another visit's form, or a code there is: nobody meets with either by chance.
    with violation_as(
        {name: PrescriptionBusy() for name in (Prescription.ONCE, Prescription.CODE)}
    ):
        issued.save(force_insert=True)
    tell("prescription.issued", issued, look)
    log_look(look, Act.PRESCRIBED, issued)
    return issued


def preview_of(visit: Appointment, order: Order, look: Look) -> Prescription:
    """As it would be printed, not saved, with no code yet."""
    return _new(visit, order, look, code="")


def last_day(issued_on: date, days: int) -> date:
    """The day of issue counts."""
    return issued_on + timedelta(days=days - 1)


def tell(name: str, prescription: Prescription, look: Look) -> None:
    """An event of this transaction: ids, nothing of what was written."""
    data = {"visit": prescription.visit_id}
    subject = prescription.public_id
    record(name, subject_id=subject, actor=look.reader, at=look.at, data=data)


def heading_of(visit: Appointment) -> Heading:
    doctor, clinic, patient = visit.doctor, visit.clinic, visit.patient
    assert patient is not None
    kept = kept_of(patient, doctor)
    born = patient.birth_date.isoformat() if patient.birth_date else ""
    phone = clinic.phone.as_international if clinic.phone else ""
    place = (clinic.name, f"{clinic.address}, {clinic.city.name}", phone)
    return Heading(
        doctor=doctor.display_name,
        licence=doctor.licence_number,
        clinic=tuple(part for part in place if part),
        patient=kept.said.full_name if kept else patient.full_name,
        born_on=kept.said.birth_date if kept else born,
    )


def _new(visit: Appointment, order: Order, look: Look, code: str | None = None) -> Prescription:
    code = new_code() if code is None else code
    issued_on = look.at.astimezone(ZoneInfo(visit.zone)).date()
    made = Prescription(
        visit=visit,
        author=look.reader,
        key=order.key,
        code_digest=digest_of(code),
        licence=visit.doctor.licence_number,
        issued_at=look.at,
        issued_on=issued_on,
        valid_until=last_day(issued_on, order.days),
        repeats=order.repeats,
    )
    made.write(Issued(heading_of(visit), order.content, code).document)
    return made
