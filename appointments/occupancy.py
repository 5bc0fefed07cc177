"""How full days are: minutes of opening hours against minutes of visits. Pure arithmetic.

A day is a local date of a clinic; inside, instants are whole seconds since 1970 in UTC and every
interval is half-open, as in appointments/availability.py. Figures, in minutes:

offered   opening hours as they were when the day ended, without closed stretches and absences
shared    of them, what an older clinic of the same doctor offers too: one doctor sells it once
booked    visits that keep their time: requested, booked, attended, missed
outside   of them, what lies outside the offered hours
attended  visits that were attended
missed    visits whose patient did not come
late      times that a patient gave back after the clinic's deadline
refilled  of them, what another visit took
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from appointments.availability import (
    MINUTE,
    ExceptionKind,
    Interval,
    Office,
    join,
    open_windows,
    overlaps,
    to_interval,
)
from appointments.enums import CANCELLED, Status
from core.nights import instant

HOURS = 24
# Days between booking and visit: the first of each class of `leads`.
LEADS = (0, 1, 2, 4, 8, 15, 31)
ONE_DAY = timedelta(days=1)
# By currency: what was to be paid, and what of it was paid.
Income = dict[str, tuple[Decimal, Decimal]]
HOUR_SECONDS = 60 * MINUTE


class Visit(NamedTuple):
    """What is counted of a visit; `is_new`: its patient had none with the doctor before."""

    clinic_id: int
    start: int
    end: int
    status: str
    is_late: bool = False
    booked_at: datetime | None = None
    is_new: bool = False
    currency: str = ""
    due: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)

    @property
    def span(self) -> Interval:
        return Interval(self.start, self.end)

    @property
    def keeps_time(self) -> bool:
        return self.status not in CANCELLED

    @property
    def was_lost_late(self) -> bool:
        return self.status == Status.CANCELLED_BY_PATIENT and self.is_late


@dataclass
class Count:
    """Of one clinic and day, or of several."""

    offered: int = 0
    shared: int = 0
    booked: int = 0
    outside: int = 0
    attended: int = 0
    missed: int = 0
    late: int = 0
    refilled: int = 0
    visits: int = 0
    came: int = 0
    no_shows: int = 0
    late_cancellations: int = 0
    new_patients: int = 0
    known_patients: int = 0
    leads: list[int] = field(default_factory=lambda: [0] * len(LEADS))
    offered_hours: list[int] = field(default_factory=lambda: [0] * HOURS)
    booked_hours: list[int] = field(default_factory=lambda: [0] * HOURS)
    income: Income = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in NUMBERS) or bool(self.income)

    @property
    def inside(self) -> int:
        return self.booked - self.outside

    @property
    def lost_late(self) -> int:
        return self.late - self.refilled


NUMBERS = tuple(f.name for f in fields(Count) if f.type == "int" or f.type is int)
LISTS = ("leads", "offered_hours", "booked_hours")


class Day(NamedTuple):
    """What a clinic was on a date: its zone, and where it was open, joined and ascending."""

    clinic_id: int
    day: date
    zone: ZoneInfo
    open: Sequence[Interval]


def day_span(zone: ZoneInfo, day: date) -> Interval:
    """From midnight to midnight on the wall."""
    start, end = (int(instant(one, time(), zone).timestamp()) for one in (day, day + ONE_DAY))
    return Interval(start, end)


def opened(office: Office, day: date, absences: Iterable[Interval]) -> list[Interval]:
    """Where the office offers its minutes on that date, also of a window that began the evening
    before.
    """
    before = day - ONE_DAY
    blocks = [
        to_interval(office.zone, e.day, e.start, e.end)
        for e in office.exceptions
        if e.kind == ExceptionKind.CLOSED and e.start is not None and e.end is not None
        and before <= e.day <= day
    ]  # fmt: skip
    span = day_span(office.zone, day)
    hours = common(open_windows(office, before, day), [span])
    return without(hours, join([*blocks, *absences])) if hours else []


def count_day(of: Day, *, elsewhere: Sequence[Interval], visits: Iterable[Visit]) -> Count:
    """`elsewhere` is where older clinics of the doctor are open, `visits` are the doctor's; both
    may reach out of the day.
    """
    span = day_span(of.zone, of.day)
    own = [v for v in visits if v.clinic_id == of.clinic_id and overlaps(v.span, span)]
    kept = [v for v in own if v.keeps_time]
    busy = join((max(v.start, span.start), min(v.end, span.end)) for v in kept)
    inside = common(busy, of.open)
    late = common(join((v.start, v.end) for v in own if v.was_lost_late), [span])
    count = Count(
        offered=minutes(of.open),
        shared=minutes(common(of.open, elsewhere)),
        booked=minutes(busy),
        outside=minutes(busy) - minutes(inside),
        attended=_minutes_of(kept, Status.ATTENDED, span),
        missed=_minutes_of(kept, Status.NO_SHOW, span),
        late=minutes(late),
        refilled=minutes(common(late, busy)),
        offered_hours=by_hour(of.open, of.zone),
        booked_hours=by_hour(inside, of.zone),
    )
    _tell_visits(count, [v for v in own if span.start <= v.start], of)
    return count


def _tell_visits(count: Count, begun: Sequence[Visit], of: Day) -> None:
    """Visits, not minutes: each on the date on which it begins."""
    for visit in begun:
        if visit.keeps_time:
            count.visits += 1
            count.came += visit.status == Status.ATTENDED
            count.no_shows += visit.status == Status.NO_SHOW
            if visit.status != Status.NO_SHOW:
                count.new_patients += visit.is_new
                count.known_patients += not visit.is_new
            if visit.booked_at is not None:
                booked_on = visit.booked_at.astimezone(of.zone).date()
                count.leads[lead_class((of.day - booked_on).days)] += 1
        count.late_cancellations += visit.was_lost_late
        if visit.due or visit.paid:
            add_income(count.income, {visit.currency: (visit.due, visit.paid)})


def lead_class(days: int) -> int:
    return bisect_right(LEADS, max(days, 0)) - 1


def _minutes_of(visits: Iterable[Visit], status: str, span: Interval) -> int:
    found = [(v.start, v.end) for v in visits if v.status == status]
    return minutes(common(join(found), [span]))


def add(total: Count, count: Count, *, income: bool = True) -> None:
    """What several days or clinics are together."""
    for name in NUMBERS:
        setattr(total, name, getattr(total, name) + getattr(count, name))
    for name in LISTS:
        mine = getattr(total, name)
        for at, value in enumerate(getattr(count, name)):
            mine[at] += value
    if income:
        add_income(total.income, count.income)


def add_income(total: Income, income: Income) -> None:
    for currency, (due, paid) in income.items():
        one, other = total.get(currency, (Decimal(0), Decimal(0)))
        total[currency] = (one + due, other + paid)


def minutes(intervals: Iterable[Interval]) -> int:
    return sum(end - start for start, end in intervals) // MINUTE


def common(one: Sequence[Interval], other: Sequence[Interval]) -> list[Interval]:
    """Where both are; each joined and ascending."""
    found, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        start, end = max(one[i].start, other[j].start), min(one[i].end, other[j].end)
        if start < end:
            found.append(Interval(start, end))
        if one[i].end <= other[j].end:
            i += 1
        else:
            j += 1
    return found


def without(one: Sequence[Interval], other: Sequence[Interval]) -> list[Interval]:
    """Where the first is and the second is not; each joined and ascending."""
    found = []
    for start, end in one:
        cursor = start
        for gone in other:
            if gone.end <= cursor or gone.start >= end:
                continue
            if gone.start > cursor:
                found.append(Interval(cursor, gone.start))
            cursor = max(cursor, gone.end)
        if cursor < end:
            found.append(Interval(cursor, end))
    return found


def by_hour(intervals: Iterable[Interval], zone: ZoneInfo) -> list[int]:
    """Minutes by the hour that the wall shows; one that comes twice counts twice."""
    seconds = [0] * HOURS
    for piece, hour in _hours(intervals, zone):
        seconds[hour] += piece
    return [one // MINUTE for one in seconds]


def _hours(intervals: Iterable[Interval], zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    for start, end in intervals:
        cursor = start
        while cursor < end:
            wall = datetime.fromtimestamp(cursor, zone)
            until = min(end, cursor + HOUR_SECONDS - (wall.minute * 60 + wall.second))
            yield until - cursor, wall.hour
            cursor = until
