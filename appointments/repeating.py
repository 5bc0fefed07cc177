"""Dates of a series, on the clinic's wall. Pure: imports no Django.

RFC 5545 FREQ=WEEKLY;INTERVAL=n;COUNT=m: the hour on the wall stays, across clock changes; one that
comes twice is its first, one that is skipped is read with the offset before the gap (3.3.5).
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from appointments.availability import to_interval

MOST_WEEKS = 52
FEWEST, MOST = 2, 26


def repeated(
    starts_at: datetime, zone: ZoneInfo, *, every_weeks: int, count: int, after: datetime
) -> list[datetime]:
    """The next `count` times after both `starts_at` and `after`, UTC, ascending."""
    step, wall = timedelta(weeks=every_weeks), _wall(starts_at, zone)
    found: list[datetime] = []
    # One that is nearly now: the gap of a clock change may put it on either side.
    wall += max((after - starts_at) // step - 1, 0) * step
    while len(found) < count:
        wall += step
        at = _instant(wall, zone)
        if at > after:
            found.append(at)
    return found


def shifted(starts_at: datetime, zone: ZoneInfo, by: timedelta) -> datetime:
    """Moved by days and hours of the wall, UTC."""
    return _instant(_wall(starts_at, zone) + by, zone)


def shift_between(before: datetime, after: datetime, zone: ZoneInfo) -> timedelta:
    """How far apart two instants are on the wall."""
    return _wall(after, zone) - _wall(before, zone)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    minute = wall.hour * 60 + wall.minute
    start = to_interval(zone, wall.date(), minute, minute).start
    return datetime.fromtimestamp(start + wall.second, UTC)
