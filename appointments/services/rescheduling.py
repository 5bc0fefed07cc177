"""Moving a visit: the old time is kept until the new one is committed, in one transaction."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment
from appointments.no_shows import require_online
from appointments.queries import was_moved_by_desk
from appointments.refusals import (
    DeadlinePassed,
    SameTime,
    ServiceBusy,
    SlotTaken,
    VisitNotStanding,
    VisitOver,
)
from appointments.rules import is_late_to_cancel
from appointments.services.booking import answer_by
from appointments.services.locks import lock_doctor, lock_patient
from appointments.services.moving import was_moved_by, write_time
from appointments.services.offers import current_clinic, end_of, require_offered
from appointments.services.timeline import record_change
from core.db import once_more


@once_more(ServiceBusy)
@transaction.atomic
def reschedule_appointment(
    *, appointment: Appointment, starts_at: datetime, actor: User | None, now: datetime
) -> Appointment:
    """Move a standing visit of the actor's to another free time of the same clinic. Where the
    clinic confirms each visit, or those of this patient, the new time is a request.

    `actor` is None for who has no account, by the link in their mail. Posted twice it moves once.

    Raises VisitNotStanding, VisitOver, DeadlinePassed, SameTime, ByPhoneOnly,
    SlotTaken, SlotNotOffered, SlotInThePast, PatientBusy, ServiceBusy.
    """
    assert appointment.patient is not None
    if appointment.starts_at != starts_at:
        # A crowd at one time: who can already see that it is gone need not wait for the locks.
        _refuse(appointment, now)
        clinic = current_clinic(appointment.clinic)
        require_offered(clinic, starts_at, now=now, ignoring=appointment)
    lock_patient(appointment.patient)
    lock_doctor(appointment.doctor_id)
    current = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if current.is_standing and current.starts_at == starts_at:
        if current.starts_at != appointment.starts_at or was_moved_by(current, actor):
            return current
        raise SameTime
    _refuse(current, now)
    clinic = current_clinic(current.clinic)
    way = require_online(clinic, current.patient, now)
    require_offered(clinic, starts_at, now=now, ignoring=current)
    before, status = current.starts_at, current.status
    if way.is_request:
        current.status = Status.REQUESTED
    if current.status == Status.REQUESTED:
        # A new question: the doctor has time to answer it again.
        current.answer_by = answer_by(starts_at, now)
    ends_at = end_of(clinic, starts_at)
    write_time(current, starts_at, ends_at, is_outside_hours=False, taken=SlotTaken(), now=now)
    record_change(
        current,
        kind=ChangeKind.RESCHEDULED,
        actor=actor,
        at=now,
        from_status=status,
        from_starts_at=before,
    )
    return current


def _refuse(current: Appointment, now: datetime) -> None:
    if not current.is_standing:
        raise VisitNotStanding
    if current.starts_at <= now:
        raise VisitOver
    if is_late_to_cancel(current, now, is_moved_by_desk=was_moved_by_desk(current)):
        raise DeadlinePassed
