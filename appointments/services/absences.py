"""Time that the doctor takes for themselves, in all clinics."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import User
from appointments.models import Absence, Appointment
from appointments.refusals import AbsenceCoversVisits, AbsenceGone, ServiceBusy
from appointments.services.locks import expire_holds, lock_doctor
from core.db import once_more
from core.events import record
from doctors.models import Doctor


@dataclass(frozen=True)
class NewAbsence:
    """A change of the schedule (services.schedule): block `[starts_at, ends_at)`."""

    doctor: Doctor
    starts_at: datetime
    ends_at: datetime
    note: str = ""
    # Made with the form, not with the row: the same form sent twice is one absence.
    subject_id: uuid.UUID = field(default_factory=uuid.uuid4)
    event: str = "absence.added"

    def apply(self, *, actor: User, now: datetime) -> None:
        Absence.objects.get_or_create(
            public_id=self.subject_id,
            defaults={
                "doctor": self.doctor,
                "starts_at": self.starts_at,
                "ends_at": self.ends_at,
                "note": self.note,
                "created_by": actor,
                "created_at": now,
            },
        )


@once_more(ServiceBusy)
@transaction.atomic
def add_absence(
    *, doctor: Doctor, starts_at: datetime, ends_at: datetime, note: str = "", now: datetime
) -> Absence:
    """Block `[starts_at, ends_at)`. Raises AbsenceCoversVisits when a visit or hold is inside."""
    lock_doctor(doctor.pk)
    # First, so that a run-out hold cannot come back by a request that began while it lived.
    expire_holds(doctor.pk, starts_at, ends_at, now)
    inside = Appointment.objects.holding_slot(now).filter(doctor=doctor)
    if inside.overlapping(starts_at, ends_at).exists():
        raise AbsenceCoversVisits
    return Absence.objects.create(doctor=doctor, starts_at=starts_at, ends_at=ends_at, note=note)


@once_more(ServiceBusy)
@transaction.atomic
def remove_absence(*, absence: Absence, actor: User, now: datetime) -> None:
    """Offer what is still to come of its time again: what has passed was not offered, and the
    figures of those days stay. Raises AbsenceGone when it is over or was removed, ServiceBusy.
    """
    lock_doctor(absence.doctor_id)
    rows = Absence.objects.filter(pk=absence.pk, ends_at__gt=now)
    if not rows.filter(starts_at__lt=now).update(ends_at=now) and not rows.delete()[0]:
        raise AbsenceGone
    record("absence.removed", subject_id=absence.public_id, actor=actor, at=now)
