"""Times as the desk sees them: no notice, no horizon, any length; and what stands in the way.

The schedule only warns the desk, who may put a visit outside of it on purpose, and so does what
another calendar of the doctor's says: it may be a birthday. Another visit, a time that is held for
somebody and an absence stand in the way for good.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from appointments import availability
from appointments.availability import Interval, Obstacle, Office, ceil_seconds, floor_seconds
from appointments.enums import Status
from appointments.models import Appointment
from appointments.queries import (
    ABSENCE,
    EXTERNAL,
    TRAVEL,
    Busy,
    Taken,
    office_of,
    taken_times,
    with_travel,
)
from appointments.refusals import (
    AbsentThen,
    BookingRefused,
    OutsideSchedule,
    SlotHeld,
    SlotInThePast,
    VisitThere,
)
from clinics.models import Clinic

# What the desk may pass over after a warning, in the order in which it is said.
OVERRIDABLE = (
    Obstacle.DAY_CLOSED,
    Obstacle.OUTSIDE_HOURS,
    Obstacle.BLOCKED,
    Obstacle.OFF_GRID,
    Obstacle.BUSY,  # in another calendar: what else is busy refuses
    Obstacle.BUFFER,
    TRAVEL,
)
# Those of them that leave a visit standing outside the clinic's hours.
OUTSIDE = frozenset({Obstacle.DAY_CLOSED, Obstacle.OUTSIDE_HOURS, Obstacle.BLOCKED})


def desk_office(clinic: Clinic, minutes: int) -> Office:
    """The engine's view of a clinic (`with_schedule()`) for a visit of this length."""
    office = office_of(clinic)
    return replace(
        office,
        slot_minutes=minutes,
        step_minutes=office.step // 60,
        min_notice_minutes=0,
        horizon_days=None,
    )


def desk_times(
    clinic: Clinic,
    *,
    minutes: int,
    now: datetime,
    since: datetime,
    until: datetime,
    ignoring: Appointment | None = None,
) -> list[datetime]:
    """Free starts within the clinic's hours, ascending, UTC; one query. Paused or not."""
    taken = taken_times({clinic.doctor_id}, now, since, until, ignoring)
    return availability.free_starts(
        desk_office(clinic, minutes),
        busy=taken.seen_from(clinic),
        now=now,
        since=since,
        until=until,
    )


def require_possible(
    clinic: Clinic,
    starts_at: datetime,
    minutes: int,
    *,
    now: datetime,
    is_override: bool,
    ignoring: Appointment | None = None,
) -> list[str]:
    """The warnings that the desk passes over; none for an ordinary time.

    Raises SlotInThePast, VisitThere, SlotHeld, AbsentThen, and OutsideSchedule for warnings that
    it has not been told of (`is_override`).
    """
    ends_at = starts_at + timedelta(minutes=minutes)
    taken = taken_times({clinic.doctor_id}, now, starts_at, ends_at, ignoring)
    return require_among(clinic, starts_at, minutes, taken=taken, now=now, is_override=is_override)


def require_among(
    clinic: Clinic,
    starts_at: datetime,
    minutes: int,
    *,
    taken: Taken,
    now: datetime,
    is_override: bool,
) -> list[str]:
    """`require_possible` of rows that were read already."""
    if starts_at < now:
        raise SlotInThePast
    ends_at = starts_at + timedelta(minutes=minutes)
    busy = taken.busy.get(clinic.doctor_id, [])
    _refuse(busy, Interval(floor_seconds(starts_at), ceil_seconds(ends_at)))
    warnings = _warnings(clinic, starts_at, minutes, taken, now)
    if warnings and not is_override:
        raise OutsideSchedule(warnings)
    return warnings


def _refuse(busy: list[Busy], visit: Interval) -> None:
    for row in busy:
        is_in_the_way = row.start < visit.end and visit.start < row.end
        if is_in_the_way and row.kind != EXTERNAL:
            raise _refusal(row.kind)


def _refusal(kind: str) -> BookingRefused:
    if kind == Status.HELD:
        return SlotHeld()
    return AbsentThen() if kind == ABSENCE else VisitThere()


def _warnings(
    clinic: Clinic, starts_at: datetime, minutes: int, taken: Taken, now: datetime
) -> list[str]:
    office, busy = desk_office(clinic, minutes), taken.busy.get(clinic.doctor_id, [])

    def obstacles(rows: Iterable[Interval]) -> set[str]:
        return set(availability.explain(office, starts_at, busy=list(rows), now=now))

    found = obstacles(Interval(row.start, row.end) for row in busy)
    # What another calendar says must not hide that the way from a visit is too long.
    visits = [row for row in busy if row.kind != EXTERNAL]
    near = obstacles(Interval(row.start, row.end) for row in visits)
    if obstacles(with_travel(clinic, visits, taken.travel)) - near:
        found.add(TRAVEL)
    return [warning for warning in OVERRIDABLE if warning in found]
