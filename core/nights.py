"""Quiet hours: 21:00 to 8:00 on somebody's own clock. Pure arithmetic."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM = time(21)
QUIET_UNTIL = time(8)


def is_quiet(at: datetime, zone: ZoneInfo) -> bool:
    local = at.astimezone(zone).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def morning_after(at: datetime, zone: ZoneInfo) -> datetime:
    """The end of the night that `at` lies in (UTC)."""
    local = at.astimezone(zone)
    return instant(local.date() + timedelta(days=local.time() >= QUIET_UNTIL), QUIET_UNTIL, zone)


def awake(at: datetime, zone: ZoneInfo) -> datetime:
    """`at`, or the morning after it."""
    return morning_after(at, zone) if is_quiet(at, zone) else at


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A wall time (UTC)."""
    return datetime.combine(day, clock.replace(fold=0), zone).astimezone(UTC)
