"""Who came: the desk says so, and puts it right. Only the visit's own row is locked, since its time
stays taken whatever is said: nobody else's time is given or taken, and a fee has no receipt.
"""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from appointments.attendance import Attendance, is_same_day, may_miss
from appointments.enums import RECORDABLE, ChangeKind, CorrectionReason, Fee, Status
from appointments.models import Appointment
from appointments.refusals import (
    ArrivalAhead,
    AttendanceChanged,
    AttendanceRecorded,
    CorrectionTooLate,
    NotAttendable,
    NotYetMissed,
    ServiceBusy,
    TooEarlyToRecord,
    VisitEnded,
)
from appointments.services.fees import charge_for, lift_charge
from appointments.services.timeline import record_change
from core.db import once_more

# Reception puts its slips right; what is older has been counted, and is the doctor's to change.
RECEPTION_CORRECTS_FOR = timedelta(days=30)
KINDS = {
    Status.ATTENDED: ChangeKind.ATTENDED,
    Status.NO_SHOW: ChangeKind.NO_SHOW,
    Status.BOOKED: ChangeKind.UNRECORDED,
}


@once_more(ServiceBusy)
@transaction.atomic
def record_attendance(
    *, appointment: Appointment, said: Attendance, actor: User, now: datetime
) -> Appointment:
    """The first answer; the same answer again changes nothing.

    Raises AttendanceRecorded for another one, NotAttendable, TooEarlyToRecord, NotYetMissed,
    ArrivalAhead, ServiceBusy.
    """
    current = _locked(appointment)
    recorded = Attendance.of(current)
    if recorded == said:
        return current
    if recorded.status != Status.BOOKED:
        raise AttendanceRecorded
    _refuse(current, said, now)
    return _write(current, said, actor, now)


@once_more(ServiceBusy)
@transaction.atomic
def correct_attendance(
    *,
    appointment: Appointment,
    was: Attendance,
    said: Attendance,
    reason: CorrectionReason,
    actor: User,
    now: datetime,
    note: str = "",
) -> Appointment:
    """Put right what was said, as long as it is what the actor saw; BOOKED takes it back while the
    visit is not over. Sent again it changes nothing.

    Raises AttendanceChanged, CorrectionTooLate, VisitEnded, and what `record_attendance` refuses.
    """
    current = _locked(appointment)
    recorded = Attendance.of(current)
    if recorded == said:
        return current
    if recorded != was or recorded.status == Status.BOOKED:
        raise AttendanceChanged
    if not may_correct(current, actor, now):
        raise CorrectionTooLate
    _refuse(current, said, now)
    return _write(current, said, actor, now, reason=reason, note=note)


def may_correct(visit: Appointment, actor: User, now: datetime) -> bool:
    """The doctor always: what is said stays with the patient."""
    is_doctor = actor.pk == visit.doctor.user_id
    return is_doctor or now <= visit.starts_at + RECEPTION_CORRECTS_FOR


def _locked(appointment: Appointment) -> Appointment:
    """Raises NotAttendable: held, requested, cancelled."""
    rows = Appointment.objects.select_for_update(of=("self",))
    current = rows.select_related("doctor", "clinic").get(pk=appointment.pk)
    if current.status not in RECORDABLE:
        raise NotAttendable
    return current


def _refuse(current: Appointment, said: Attendance, now: datetime) -> None:
    if not is_same_day(current, now):
        raise TooEarlyToRecord
    if said.status == Status.NO_SHOW and not may_miss(current, now):
        raise NotYetMissed
    if said.status == Status.BOOKED and current.ends_at <= now:
        raise VisitEnded
    if said.minutes_late and current.starts_at + timedelta(minutes=said.minutes_late) > now:
        raise ArrivalAhead


def _write(
    current: Appointment,
    said: Attendance,
    actor: User,
    now: datetime,
    *,
    reason: str = "",
    note: str = "",
) -> Appointment:
    before = current.status
    current.status, current.minutes_late = said.status, said.minutes_late
    current.save(update_fields=["status", "minutes_late"])
    record_change(
        current,
        kind=KINDS[Status(said.status)],
        actor=actor,
        at=now,
        from_status=before,
        by_desk=True,
        reason=reason,
        note=note,
    )
    _settle(current, before, actor, now)
    return current


def _settle(current: Appointment, before: str, actor: User, now: datetime) -> None:
    """Who did not come owes the fee that was agreed; who came after all does not."""
    if current.status == Status.NO_SHOW:
        charge_for(current, kind=Fee.NO_SHOW, actor=actor, now=now)
    elif before == Status.NO_SHOW:
        lift_charge(current, kind=Fee.NO_SHOW, actor=actor, now=now)
