"""At which instants may a visit start? Pure time arithmetic; imports no Django.

An Office is the schedule of one consultorio: weekly windows and dated exceptions in its own wall
time, turned into UTC by RFC 5545 3.3.5 (a repeated wall time is its first occurrence, a skipped
one is read with the offset before the gap). Inside, instants are whole seconds since 1970 in UTC
and every interval is half-open. Grid, fit, buffers, notice and horizon: docs/availability.md.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = 60
DAY_MINUTES = 24 * 60
# A window may be the continuation of one that began up to nine days before (chains longer than
# that are out of contract); one more day for zones.
LOOKBACK_DAYS = 10
# Where no window reaches midnight: the zone's day, and one that clocks going forward push over it.
CALM_LOOKBACK_DAYS = 2
_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The calendar of datetime, less a margin that keeps neighbouring days and other zones inside it.
_FIRST_DAY, _LAST_DAY = date.min.toordinal() + 3, date.max.toordinal() - 3
_FIRST_SECOND, _LAST_SECOND = (
    (day - _EPOCH.toordinal()) * DAY_MINUTES * MINUTE for day in (_FIRST_DAY, _LAST_DAY)
)


class Weekly(NamedTuple):
    """Opens each ISO `weekday` at `start`, minutes from midnight; `end` < `start` is next date."""

    weekday: int
    start: int
    end: int
    valid_from: date | None = None
    valid_until: date | None = None

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class ExceptionKind(StrEnum):
    CLOSED = "closed"
    EXTRA = "extra"


class Dated(NamedTuple):
    """A date that differs. Closed without minutes closes the weekly windows that start then."""

    day: date
    kind: ExceptionKind
    start: int | None = None
    end: int | None = None


class Interval(NamedTuple):
    """Half-open `[start, end)`, seconds since 1970 UTC."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Office:
    """FHIR Schedule of one Location. Minutes everywhere; `horizon_days` None means no limit."""

    zone: ZoneInfo
    weekly: tuple[Weekly, ...]
    exceptions: tuple[Dated, ...] = ()
    slot_minutes: int = 30
    step_minutes: int | None = None
    buffer_before: int = 0
    buffer_after: int = 0
    min_notice_minutes: int = 0
    horizon_days: int | None = None

    @property
    def length(self) -> int:
        return self.slot_minutes * MINUTE

    @property
    def step(self) -> int:
        minutes = self.slot_minutes if self.step_minutes is None else self.step_minutes
        return minutes * MINUTE


class Obstacle(StrEnum):
    """A rule that closes an instant."""

    OUTSIDE_HOURS = "outside_hours"
    DAY_CLOSED = "day_closed"
    OFF_GRID = "off_grid"
    BLOCKED = "blocked"
    BUSY = "busy"
    BUFFER = "buffer"
    NOTICE = "notice"
    HORIZON = "horizon"


def free_starts(
    office: Office, *, busy: Iterable[Interval], now: datetime, since: datetime, until: datetime
) -> list[datetime]:
    """The instants `since <= t < until` at which a visit may start, ascending, in UTC.

    `busy` in any order, overlapping allowed; empty and reversed intervals mean nothing.
    Raises ValueError for a visit length or step that is not positive.
    """
    seconds = free_seconds(
        office, busy=busy, now=now, since=ceil_seconds(since), until=ceil_seconds(until)
    )
    return [datetime.fromtimestamp(second, UTC) for second in seconds]


def free_seconds(
    office: Office, *, busy: Iterable[Interval], now: datetime, since: int, until: int
) -> list[int]:
    """`free_starts` in seconds since 1970."""
    if office.length <= 0 or office.step <= 0:
        raise ValueError("The visit's length and step must be positive.")
    low = max(since, ceil_seconds(now) + office.min_notice_minutes * MINUTE)
    high = min(until, _horizon_end(office, now))
    if low >= high:
        return []
    first, last = _dates(office, low, high)
    closed = _forbidden(office, _timed(office, ExceptionKind.CLOSED, first, last), busy, low, high)
    starts: list[int] = []
    for window in open_windows(office, first, last):
        for stretch in _grid(office, window, closed, low, high):
            starts.extend(stretch)
    return _within_horizon(office, now, starts)


def open_windows(office: Office, first: date, last: date) -> list[Interval]:
    """Weekly and extra windows that start on the dates `first` to `last`, joined, ascending."""
    closed = {
        e.day for e in office.exceptions if e.kind == ExceptionKind.CLOSED and e.start is None
    }
    windows = _timed(office, ExceptionKind.EXTRA, first, last)
    rules_of = [[rule for rule in office.weekly if rule.weekday == day] for day in range(8)]
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day not in closed:
            for rule in rules_of[day.isoweekday()]:
                if rule.is_valid_on(day):
                    windows.append(to_interval(office.zone, day, rule.start, rule.end))
    return join(windows)


def explain(
    office: Office, at: datetime, *, busy: Sequence[Interval], now: datetime
) -> list[Obstacle]:
    """Every rule that closes the instant `at`; an empty list means it is offered."""
    second = floor_seconds(at)
    visit = Interval(second, second + office.length)
    widened = Interval(
        visit.start - office.buffer_before * MINUTE, visit.end + office.buffer_after * MINUTE
    )
    first, last = _dates(office, second, second + 1)
    obstacles = list(_schedule_obstacles(office, visit, first, last))
    if second != ceil_seconds(at) and not obstacles:
        obstacles.append(Obstacle.OFF_GRID)
    if any(overlaps(visit, block) for block in _timed(office, ExceptionKind.CLOSED, first, last)):
        obstacles.append(Obstacle.BLOCKED)
    if any(overlaps(visit, other) for other in busy):
        obstacles.append(Obstacle.BUSY)
    elif any(overlaps(widened, other) for other in busy):
        obstacles.append(Obstacle.BUFFER)
    if second < ceil_seconds(now) + office.min_notice_minutes * MINUTE:
        obstacles.append(Obstacle.NOTICE)
    if not _within_horizon(office, now, [second]):
        obstacles.append(Obstacle.HORIZON)
    return obstacles


def misplaced(office: Office, visits: Iterable[Interval]) -> dict[Interval, set[Obstacle]]:
    """Which of these stretches, of any length, do not lie inside the opening hours, and why: a
    closed date comes on top of being outside, a closed stretch may.

    Grid, notice, horizon and other visits do not matter: this is about visits that stand already.
    """
    wanted = sorted(visits)
    if not wanted:
        return {}
    first, last = _dates(office, wanted[0].start, max(visit.end for visit in wanted))
    windows = open_windows(office, first, last)
    starts = [window.start for window in windows]
    blocks = _timed(office, ExceptionKind.CLOSED, first, last)
    found = {}
    for visit in wanted:
        reasons = set()
        window = windows[bisect_right(starts, visit.start) - 1] if windows else None
        if window is None or not (window.start <= visit.start and visit.end <= window.end):
            reasons.add(Obstacle.OUTSIDE_HOURS)
            if _is_day_closed(office, visit):
                reasons.add(Obstacle.DAY_CLOSED)
        if any(overlaps(visit, block) for block in blocks):
            reasons.add(Obstacle.BLOCKED)
        if reasons:
            found[visit] = reasons
    return found


def overlaps(one: Interval, other: Interval) -> bool:
    """Touching intervals do not overlap; empty and reversed ones overlap nothing."""
    return one.start < other.end and other.start < one.end and other.start < other.end


def join(intervals: Iterable[tuple[int, int]]) -> list[Interval]:
    """Intervals that overlap or touch become one; empty and reversed ones vanish."""
    joined: list[list[int]] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return [Interval(start, end) for start, end in joined]


def to_interval(zone: ZoneInfo, day: date, start: int, end: int) -> Interval:
    """Wall minutes of a local date -> UTC. Empty (start == end) when it does not open."""
    opens = _to_second(zone, day, start)
    closes = _to_second(zone, day + _ONE_DAY, end) if end < start else _to_second(zone, day, end)
    return Interval(opens, max(opens, closes))


def to_busy(start: datetime, end: datetime) -> Interval:
    """UTC instants -> seconds, rounded outwards: visits start and end at whole seconds."""
    opens = floor_seconds(start)
    return Interval(opens, ceil_seconds(end) if start < end else opens)


def floor_seconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _ONE_SECOND


def ceil_seconds(instant: datetime) -> int:
    return -((_EPOCH - instant) // _ONE_SECOND)


# Of a page of clinics, most open at the same hours.
@lru_cache(maxsize=20_000)
def _to_second(zone: ZoneInfo, day: date, minute: int) -> int:
    if minute >= DAY_MINUTES:
        day, minute = day + _ONE_DAY, minute - DAY_MINUTES
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return int(wall.timestamp())


def _local_date(zone: ZoneInfo, second: int) -> date:
    return datetime.fromtimestamp(min(max(second, _FIRST_SECOND), _LAST_SECOND), zone).date()


def _days_after(day: date, days: int) -> date:
    """As far as the calendar goes."""
    return date.fromordinal(min(max(day.toordinal() + days, _FIRST_DAY), _LAST_DAY))


def _dates(office: Office, low: int, high: int) -> tuple[date, date]:
    """Local dates whose windows can matter to starts in `[low, high)`."""
    longest = office.slot_minutes // DAY_MINUTES
    back = LOOKBACK_DAYS if _reaches_midnight(office) else CALM_LOOKBACK_DAYS
    return (
        _days_after(_local_date(office.zone, low), -back),
        _days_after(_local_date(office.zone, high), longest + 2),
    )


def _reaches_midnight(office: Office) -> bool:
    """Else no window continues another date's, and few dates before need to be looked at."""
    spans = [(rule.start, rule.end) for rule in office.weekly]
    spans += [
        (e.start, e.end) for e in office.exceptions if e.start is not None and e.end is not None
    ]
    return any(end < start or end >= DAY_MINUTES for start, end in spans)


def _timed(office: Office, kind: ExceptionKind, first: date, last: date) -> list[Interval]:
    """The dated blocks or extra windows."""
    return [
        to_interval(office.zone, e.day, e.start, e.end)
        for e in office.exceptions
        if e.kind == kind and e.start is not None and e.end is not None and first <= e.day <= last
    ]


def _forbidden(
    office: Office, blocks: list[Interval], busy: Iterable[Interval], low: int, high: int
) -> list[Interval]:
    """Starts that would touch a block, or with their buffers a busy time, as joined intervals.

    A visit [t, t+L) misses [s, e) when t <= s-L or t >= e; starts are whole seconds.
    """
    before = office.buffer_before * MINUTE
    reach = office.length + office.buffer_after * MINUTE
    closed = [(start - office.length + 1, end) for start, end in blocks if start < end]
    closed += [
        (start - reach + 1, end + before)
        for start, end in busy
        if start < end and start - reach < high and end + before > low
    ]
    return join(closed)


def _grid(
    office: Office, window: Interval, closed: list[Interval], low: int, high: int
) -> Iterator[range]:
    """Starts of one joined window: counted from its beginning, skipping what is closed."""
    step = office.step
    cursor = max(window.start, low)
    stop = min(window.end - office.length + 1, high)
    index = max(bisect_right(closed, (cursor,)) - 1, 0)
    while cursor < stop:
        while index < len(closed) and closed[index].end <= cursor:
            index += 1
        wall = closed[index] if index < len(closed) else None
        if wall is not None and wall.start <= cursor:
            cursor = wall.end
            continue
        free_until = min(stop, wall.start) if wall is not None else stop
        first = window.start + -(-(cursor - window.start) // step) * step
        yield range(first, free_until, step)
        cursor = free_until


def _horizon_end(office: Office, now: datetime) -> int:
    """No start at or after this second is within the horizon."""
    if office.horizon_days is None:
        return 1 << 62
    after = _after_horizon(office, now)
    midnight = datetime(after.year, after.month, after.day, tzinfo=office.zone)
    return int(max(midnight.timestamp(), midnight.replace(fold=1).timestamp()))


def _after_horizon(office: Office, now: datetime) -> date:
    today = _local_date(office.zone, floor_seconds(now))
    return _days_after(today, (office.horizon_days or 0) + 1)


def _within_horizon(office: Office, now: datetime, starts: list[int]) -> list[int]:
    """Drop starts past the horizon's date.

    The instant of a midnight decides nearly always; where clocks go back across midnight a date
    comes twice, and only the date of each start tells.
    """
    if office.horizon_days is None or not starts:
        return starts
    after = _after_horizon(office, now)
    midnight = datetime(after.year, after.month, after.day, tzinfo=office.zone)
    sure = int(min(midnight.timestamp(), midnight.replace(fold=1).timestamp()))
    if starts[-1] < sure:
        return starts
    return [s for s in starts if s < sure or _local_date(office.zone, s) < after]


def _schedule_obstacles(
    office: Office, visit: Interval, first: date, last: date
) -> Iterator[Obstacle]:
    windows = open_windows(office, first, last)
    around = next((w for w in windows if w.start <= visit.start and visit.end <= w.end), None)
    if around is None:
        yield Obstacle.DAY_CLOSED if _is_day_closed(office, visit) else Obstacle.OUTSIDE_HOURS
    elif (visit.start - around.start) % office.step:
        yield Obstacle.OFF_GRID


def _is_day_closed(office: Office, visit: Interval) -> bool:
    day = _local_date(office.zone, visit.start)
    return any(
        e.day == day and e.kind == ExceptionKind.CLOSED and e.start is None
        for e in office.exceptions
    )
