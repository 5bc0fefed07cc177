"""Time that the doctor takes for themselves, in all clinics."""

from datetime import datetime

from django.db import transaction

from appointments.models import Absence, Appointment
from appointments.refusals import AbsenceCoversVisits, ServiceBusy
from appointments.services.locks import expire_holds, lock_doctor
from core.db import once_more
from doctors.models import Doctor


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
