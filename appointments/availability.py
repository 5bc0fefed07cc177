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
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = 60
DAY_MINUTES = 24 * 60
# A window may be the continuation of one that began up to nine days before (chains longer than
# that are out of contract); one more day for zones.
LOOKBACK_DAYS = 10
_ONE_DAY = timedelta(days=1)


class Weekly(NamedTuple):
    """Opens each ISO `weekday` at `start`, minutes from midnight; `end` < `start` is next date."""

    weekday: int
    start: int
    end: int
    valid_from: date | None = None
    valid_until: date | None = None

    def opens_on(self, day: date) -> bool:
        return (
            self.weekday == day.isoweekday()
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
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
        return (self.step_minutes or self.slot_minutes) * MINUTE


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
    closed = _forbidden(office, _blocks(office, first, last), busy, low, high)
    starts: list[int] = []
    for window in open_windows(office, first, last):
        starts.extend(_grid(office, window, closed, low, high))
    return _within_horizon(office, now, starts)


def open_windows(office: Office, first: date, last: date) -> list[Interval]:
    """Weekly and extra windows that start on the dates `first` to `last`, joined, ascending."""
    by_day: dict[date, list[Dated]] = {}
    for exception in office.exceptions:
        by_day.setdefault(exception.day, []).append(exception)
    windows: list[Interval] = []
    day = first
    while day <= last:
        dated = by_day.get(day, ())
        if not any(e.kind == ExceptionKind.CLOSED and e.start is None for e in dated):
            windows.extend(
                to_interval(office.zone, day, rule.start, rule.end)
                for rule in office.weekly
                if rule.opens_on(day)
            )
        windows.extend(
            to_interval(office.zone, day, e.start, e.end)
            for e in dated
            if e.kind == ExceptionKind.EXTRA and e.start is not None and e.end is not None
        )
        day += _ONE_DAY
    return join(windows)


def explain(
    office: Office, at: datetime, *, busy: Sequence[Interval], now: datetime
) -> list[Obstacle]:
    """Every rule that closes the instant `at`; an empty list means it is offered."""
    second = int(at.timestamp())
    visit = Interval(second, second + office.length)
    widened = Interval(
        visit.start - office.buffer_before * MINUTE, visit.end + office.buffer_after * MINUTE
    )
    first, last = _dates(office, second, second + 1)
    obstacles = list(_schedule_obstacles(office, visit, first, last))
    if any(overlaps(visit, block) for block in _blocks(office, first, last)):
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


def overlaps(one: Interval, other: Interval) -> bool:
    """Touching intervals do not overlap; empty and reversed ones overlap nothing."""
    return one.start < other.end and other.start < one.end and other.start < other.end


def join(intervals: Iterable[Interval]) -> list[Interval]:
    """Intervals that overlap or touch become one; empty and reversed ones vanish."""
    joined: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval.start < interval.end):
        if joined and start <= joined[-1].end:
            if end > joined[-1].end:
                joined[-1] = Interval(joined[-1].start, end)
        else:
            joined.append(Interval(start, end))
    return joined


def to_interval(zone: ZoneInfo, day: date, start: int, end: int) -> Interval:
    """Wall minutes of a local date -> UTC. Empty (start == end) when it does not open."""
    opens = _to_second(zone, day, start)
    if start == end:
        return Interval(opens, opens)
    closes = _to_second(zone, day + _ONE_DAY, end) if end < start else _to_second(zone, day, end)
    return Interval(opens, max(opens, closes))


def to_busy(start: datetime, end: datetime) -> Interval:
    """UTC instants -> seconds, rounded outwards: visits start and end at whole seconds."""
    return Interval(int(start.timestamp() // 1), ceil_seconds(end))


def ceil_seconds(instant: datetime) -> int:
    return -int(-instant.timestamp() // 1)


def _to_second(zone: ZoneInfo, day: date, minute: int) -> int:
    if minute >= DAY_MINUTES:
        day, minute = day + _ONE_DAY, minute - DAY_MINUTES
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return int(wall.timestamp())


def _local_date(zone: ZoneInfo, second: int) -> date:
    return datetime.fromtimestamp(second, zone).date()


def _dates(office: Office, low: int, high: int) -> tuple[date, date]:
    """Local dates whose windows can matter to starts in `[low, high)`."""
    longest = timedelta(seconds=office.length)
    return (
        _local_date(office.zone, low) - timedelta(days=LOOKBACK_DAYS),
        _local_date(office.zone, high) + longest + timedelta(days=2),
    )


def _blocks(office: Office, first: date, last: date) -> list[Interval]:
    return [
        to_interval(office.zone, e.day, e.start, e.end)
        for e in office.exceptions
        if e.kind == ExceptionKind.CLOSED
        and e.start is not None
        and e.end is not None
        and first <= e.day <= last
    ]


def _forbidden(
    office: Office, blocks: list[Interval], busy: Iterable[Interval], low: int, high: int
) -> list[Interval]:
    """Starts that would touch a block, or with their buffers a busy time, as joined intervals.

    A visit [t, t+L) misses [s, e) when t <= s-L or t >= e; starts are whole seconds.
    """
    before = office.buffer_before * MINUTE
    reach = office.length + office.buffer_after * MINUTE
    closed = [Interval(b.start - office.length + 1, b.end) for b in blocks if b.start < b.end]
    closed += [
        Interval(start - reach + 1, end + before)
        for start, end in busy
        if start < end and start - reach < high and end + before > low
    ]
    return join(closed)


def _grid(
    office: Office, window: Interval, closed: list[Interval], low: int, high: int
) -> Iterator[int]:
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
        yield from range(first, free_until, step)
        cursor = free_until


def _horizon_end(office: Office, now: datetime) -> int:
    """No start at or after this second is within the horizon."""
    if office.horizon_days is None:
        return 1 << 62
    after = _after_horizon(office, now)
    midnight = datetime(after.year, after.month, after.day, tzinfo=office.zone)
    return int(max(midnight.timestamp(), midnight.replace(fold=1).timestamp()))


def _after_horizon(office: Office, now: datetime) -> date:
    return now.astimezone(office.zone).date() + timedelta(days=(office.horizon_days or 0) + 1)


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
