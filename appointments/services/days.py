"""The day of a visit, step by step. Only the visit's own row is locked, and what is open in its
consultorio; each step again changes nothing, and a step back says from where.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from appointments.attendance import Attendance
from appointments.days import (
    IN_ROOM,
    is_today,
    local_date,
    may_be_here,
    may_be_on_the_way,
    may_take_back,
)
from appointments.enums import ChangeKind, CorrectionReason, SaidBy, Stage, Status
from appointments.models import DAY_CODE_TAKEN, MOST_LATE, ONE_INSIDE, Appointment, VisitDay
from appointments.refusals import (
    CodeTaken,
    DayChanged,
    DayOver,
    NotInside,
    NotToday,
    RecordedAsMissed,
    ServiceBusy,
    SomebodyInside,
    TooEarlyToArrive,
    TooLateToTakeBack,
    VisitNotStanding,
)
from appointments.services.attendance import correct_attendance, record_attendance
from core.db import once_more, violation_as
from core.events import record

# Said aloud and read from afar: none that is taken for another.
LETTERS = "ABCDEFHJKLMPRTUXY"
TRIES = 20
# From where a step back leads; what is already there was taken back a moment ago.
BEFORE = {
    Stage.DONE: {Stage.INSIDE},
    Stage.INSIDE: {Stage.WAITING},
    Stage.WAITING: {Stage.EXPECTED, Stage.ON_THE_WAY},
    Stage.ON_THE_WAY: {Stage.EXPECTED},
    Stage.EXPECTED: set(),
}


@once_more(ServiceBusy)
@transaction.atomic
def say_on_the_way(*, appointment: Appointment, actor: User | None, now: datetime) -> VisitDay:
    """By the patient; `actor` is None for who has no account.

    Raises VisitNotStanding, RecordedAsMissed, TooEarlyToArrive, DayOver, ServiceBusy.
    """
    current, day = _locked(appointment)
    if day.stage != Stage.EXPECTED:
        return day
    _refuse_hour(current, now, is_open=may_be_on_the_way(current, now))
    day.on_the_way_at = now
    return _save(current, day, "on_the_way", actor, now)


@once_more(ServiceBusy)
@transaction.atomic
def check_in(
    *, appointment: Appointment, said_by: SaidBy, actor: User | None, now: datetime
) -> VisitDay:
    """They are there. The patient may say so around the time of the visit, the desk all day.

    Raises what `say_on_the_way` raises; of the desk NotToday.
    """
    current, day = _locked(appointment)
    if day.arrived_at is not None:
        return day
    if said_by == SaidBy.DESK:
        _refuse_other_day(current, now)
    else:
        _refuse_hour(current, now, is_open=may_be_here(current, now))
    day.arrived_at, day.arrival_said_by = now, said_by
    return _save(current, day, "arrived", actor, now)


@once_more(ServiceBusy)
@transaction.atomic
def start_consultation(*, appointment: Appointment, actor: User, now: datetime) -> VisitDay:
    """By the desk: the patient goes in, and who was inside before is done. That they came is
    recorded, late or not, if nobody has said so yet.

    Raises VisitNotStanding, RecordedAsMissed, NotToday, SomebodyInside, ServiceBusy.
    """
    current, day = _locked(appointment)
    if day.started_at is not None:
        return day
    _refuse_other_day(current, now)
    _end_others(current, actor, now)
    if day.arrived_at is None:
        day.arrived_at, day.arrival_said_by = now, SaidBy.DESK
    day.started_at = now
    with violation_as({ONE_INSIDE: SomebodyInside()}):
        _save(current, day, "started", actor, now)
    if current.status == Status.BOOKED:
        came = Attendance(Status.ATTENDED, _minutes_late(current, day.arrived_at))
        record_attendance(appointment=current, said=came, actor=actor, now=now)
    return day


@once_more(ServiceBusy)
@transaction.atomic
def finish_consultation(*, appointment: Appointment, actor: User, now: datetime) -> VisitDay:
    """Raises VisitNotStanding, RecordedAsMissed, NotInside, ServiceBusy."""
    current, day = _locked(appointment)
    if day.started_at is None:
        raise NotInside
    if day.finished_at is not None:
        return day
    day.finished_at = now
    return _save(current, day, "finished", actor, now)


@once_more(ServiceBusy)
@transaction.atomic
def take_back(
    *, appointment: Appointment, was: Stage, said_by: SaidBy, actor: User | None, now: datetime
) -> VisitDay:
    """One step back from `was`, which is what the actor saw; sent twice it is one step.

    Raises DayChanged, TooLateToTakeBack for the patient, SomebodyInside, VisitNotStanding,
    RecordedAsMissed, ServiceBusy.
    """
    current, day = _locked(appointment)
    if day.stage in BEFORE[was]:
        return day
    if day.stage != was or was == Stage.EXPECTED:
        raise DayChanged
    if said_by == SaidBy.PATIENT and not may_take_back(day, now):
        raise TooLateToTakeBack
    started_at = day.started_at
    _step_back(day)
    with violation_as({ONE_INSIDE: SomebodyInside()}):
        _save(current, day, "taken_back", actor, now)
    if was == Stage.INSIDE and actor is not None and started_at is not None:
        _take_attendance_back(current, started_at, actor, now)
    return day


def _locked(appointment: Appointment) -> tuple[Appointment, VisitDay]:
    """The visit's row, locked, and its day, new if nothing was said yet.

    Raises VisitNotStanding, RecordedAsMissed.
    """
    rows = Appointment.objects.select_for_update(of=("self",))
    current = rows.select_related("doctor", "clinic").get(pk=appointment.pk)
    if current.status == Status.NO_SHOW:
        raise RecordedAsMissed
    if current.status not in IN_ROOM:
        raise VisitNotStanding
    day = VisitDay.objects.filter(appointment=current).first()
    fresh = VisitDay(appointment=current, clinic_id=current.clinic_id, date=local_date(current))
    return current, day or fresh


def _refuse_hour(current: Appointment, now: datetime, *, is_open: bool) -> None:
    if current.ends_at <= now:
        raise DayOver
    if not is_open:
        raise TooEarlyToArrive


def _refuse_other_day(current: Appointment, now: datetime) -> None:
    if not is_today(current, now):
        raise NotToday


def _end_others(current: Appointment, actor: User, now: datetime) -> None:
    """Whoever is inside is done; what was left open on another day ended with its own time."""
    rows = VisitDay.objects.filter(
        clinic_id=current.clinic_id, started_at__isnull=False, finished_at=None
    )
    locked = rows.select_for_update(of=("self",)).select_related("appointment").order_by("pk")
    for old in locked:
        is_of_today = old.date == local_date(current)
        assert old.started_at is not None
        old.finished_at = now if is_of_today else max(old.started_at, old.appointment.ends_at)
        _save(old.appointment, old, "finished", actor, now)


def _minutes_late(current: Appointment, arrived_at: datetime) -> int | None:
    minutes = (arrived_at - current.starts_at) // timedelta(minutes=1)
    return min(minutes, MOST_LATE) if minutes >= 1 else None


def _step_back(day: VisitDay) -> None:
    if day.finished_at:
        day.finished_at = None
    elif day.started_at:
        day.started_at = None
    elif day.arrived_at:
        day.arrived_at, day.arrival_said_by = None, ""
    else:
        day.on_the_way_at = None


def _take_attendance_back(
    current: Appointment, started_at: datetime, actor: User, now: datetime
) -> None:
    """What the step recorded, it unrecords, as long as that may be done at all."""
    came = current.changes.filter(kind=ChangeKind.ATTENDED, at=started_at)
    if current.status != Status.ATTENDED or current.ends_at <= now or not came.exists():
        return
    correct_attendance(
        appointment=current,
        was=Attendance.of(current),
        said=Attendance(Status.BOOKED),
        reason=CorrectionReason.MISTAKE,
        actor=actor,
        now=now,
    )


def _save(
    current: Appointment, day: VisitDay, step: str, actor: User | None, now: datetime
) -> VisitDay:
    if day.pk is None:
        _insert(day)
    else:
        day.save(
            update_fields=[
                "on_the_way_at", "arrived_at", "arrival_said_by", "started_at", "finished_at",
            ]
        )  # fmt: skip
    record(f"visit_day.{step}", subject_id=current.public_id, actor=actor, at=now)
    return day


def _insert(day: VisitDay) -> None:
    """With a code that nobody else has that day; it says nothing of names or of the order."""
    for _try in range(TRIES):
        day.code = f"{secrets.choice(LETTERS)}-{secrets.randbelow(90) + 10}"
        try:
            with violation_as({DAY_CODE_TAKEN: CodeTaken()}):
                day.save(force_insert=True)
        except CodeTaken:
            continue
        return
    raise ServiceBusy
