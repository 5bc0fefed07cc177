"""The desk moves a visit: to any time of its clinic that nobody else has."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.services import keep_invited
from appointments.desk import OUTSIDE, require_possible
from appointments.enums import ChangeKind, Status
from appointments.models import PATIENT_TAKEN, SLOT_TAKEN, Appointment
from appointments.refusals import (
    BadLength,
    ClinicClosed,
    PatientBusy,
    SameTime,
    ServiceBusy,
    VisitNotStanding,
    VisitOver,
    VisitThere,
)
from appointments.services.desk_booking import LONGEST, SHORTEST
from appointments.services.locks import expire_holds, lock_doctor, lock_patient
from appointments.services.offers import current_clinic
from appointments.services.timeline import record_change
from core.db import once_more, violation_as


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
    AbsentThen, SlotInThePast, PatientBusy; ServiceBusy.
    """
    assert appointment.patient is not None
    if not SHORTEST <= minutes <= LONGEST:
        raise BadLength
    lock_patient(appointment.patient)
    lock_doctor(appointment.doctor_id)
    current = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    ends_at = starts_at + timedelta(minutes=minutes)
    if current.is_standing and (current.starts_at, current.ends_at) == (starts_at, ends_at):
        if _moved_by(current, actor):
            return current
        raise SameTime
    _refuse(current, now)
    clinic = current_clinic(current.clinic)
    if clinic.archived_at is not None:
        raise ClinicClosed
    warnings = require_possible(
        clinic, starts_at, minutes, now=now, is_override=is_override, ignoring=current
    )
    before, from_status = current.starts_at, current.status
    _write(current, starts_at, ends_at, warnings, now)
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
    assert current.patient is not None
    keep_invited(current.patient, actor=actor, now=now)
    return current


def _write(
    current: Appointment,
    starts_at: datetime,
    ends_at: datetime,
    warnings: list[str],
    now: datetime,
) -> None:
    current.starts_at, current.ends_at = starts_at, ends_at
    current.status, current.answer_by = Status.BOOKED, None
    current.is_outside_hours = not OUTSIDE.isdisjoint(warnings)
    current.sequence += 1
    expire_holds(current.doctor_id, starts_at, ends_at, now)
    fields = ["starts_at", "ends_at", "status", "answer_by", "is_outside_hours", "sequence"]
    with violation_as({SLOT_TAKEN: VisitThere(), PATIENT_TAKEN: PatientBusy()}):
        current.save(update_fields=fields)


def _moved_by(current: Appointment, actor: User) -> bool:
    """The last change was this same move: the form was sent again."""
    last = current.changes.order_by("-id").first()
    return last is not None and last.kind == ChangeKind.RESCHEDULED and last.actor_id == actor.pk


def _refuse(current: Appointment, now: datetime) -> None:
    if not current.is_standing:
        raise VisitNotStanding
    if current.starts_at <= now:
        raise VisitOver
