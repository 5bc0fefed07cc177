"""The desk moves a visit: to any time of its clinic that nobody else has."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.services import keep_invited
from appointments.desk import OUTSIDE, require_possible
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment
from appointments.refusals import (
    BadLength,
    ClinicClosed,
    SameTime,
    ServiceBusy,
    VisitNotStanding,
    VisitOver,
    VisitThere,
)
from appointments.services.desk_booking import LONGEST, SHORTEST
from appointments.services.locks import lock_doctor, lock_patient
from appointments.services.moving import was_moved_by, write_time
from appointments.services.offers import current_clinic
from appointments.services.sparing import spare_patient
from appointments.services.timeline import record_change
from clinics.models import Clinic
from core.db import once_more


@once_more(ServiceBusy)
@transaction.atomic
def move_visit(
    *,
    appointment: Appointment,
    starts_at: datetime,
    minutes: int,
    actor: User,
    now: datetime,
    message: str = "",
    is_override: bool = False,
) -> Appointment:
    """Move a coming visit, or change its length; the patient's deadline does not bind the desk.
    A request is thereby accepted. Posted twice it moves once.

    Raises VisitNotStanding, VisitOver, SameTime, BadLength, ClinicClosed, and what
    `require_possible` and the constraints refuse: OutsideSchedule, VisitThere, SlotHeld,
    AbsentThen, SlotInThePast, PatientBusy; TooManyChanges, ServiceBusy.
    """
    assert appointment.patient is not None
    lock_patient(appointment.patient)
    lock_doctor(appointment.doctor_id)
    current = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    ends_at = starts_at + timedelta(minutes=minutes)
    if current.is_standing and (current.starts_at, current.ends_at) == (starts_at, ends_at):
        if was_moved_by(current, actor):
            return current
        raise SameTime
    clinic = current_clinic(current.clinic)
    _refuse(current, clinic, minutes, now)
    assert current.patient is not None
    spare_patient(current.patient, doctor_id=current.doctor_id, now=now)
    warnings = require_possible(
        clinic, starts_at, minutes, now=now, is_override=is_override, ignoring=current
    )
    place_anew(current, starts_at, ends_at, warnings, actor=actor, now=now, message=message)
    keep_invited(current.patient, actor=actor, now=now)
    return current


def place_anew(
    current: Appointment,
    starts_at: datetime,
    ends_at: datetime,
    warnings: list[str],
    *,
    actor: User,
    now: datetime,
    message: str,
) -> None:
    """Write the new time and its line; all rows are locked, and the time was looked at.

    Raises VisitThere, PatientBusy.
    """
    before, from_status = current.starts_at, current.status
    current.status, current.answer_by = Status.BOOKED, None
    outside = not OUTSIDE.isdisjoint(warnings)
    write_time(current, starts_at, ends_at, is_outside_hours=outside, taken=VisitThere(), now=now)
    record_change(
        current,
        kind=ChangeKind.RESCHEDULED,
        actor=actor,
        at=now,
        from_status=from_status,
        from_starts_at=before,
        by_desk=True,
        is_override=bool(warnings),
        message=message,
    )


def _refuse(current: Appointment, clinic: Clinic, minutes: int, now: datetime) -> None:
    if not SHORTEST <= minutes <= LONGEST:
        raise BadLength
    if not current.is_standing:
        raise VisitNotStanding
    if current.starts_at <= now:
        raise VisitOver
    if clinic.archived_at is not None:
        raise ClinicClosed
