"""What time it is, by the database's clock: one clock for all processes.

A process whose own clock is wrong, or is set while it runs, would offer times that are over and
send reminders early. Between two questions the monotonic clock counts on; a jump of either own
clock asks again.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

# How long we count on by ourselves, and how far both own clocks may differ meanwhile.
KEEP_SECONDS = 10.0
JUMP_SECONDS = 0.5
_started = time.time() - time.monotonic()


@dataclass(frozen=True)
class Anchor:
    """The database's time when our own clocks showed `wall` and `ticks` (seconds)."""

    at: datetime
    wall: float
    ticks: float

    def time_at(self, wall: float, ticks: float) -> datetime | None:
        """None when too much has passed, or a clock has jumped."""
        passed = ticks - self.ticks
        if not 0 <= passed < KEEP_SECONDS or abs(wall - self.wall - passed) > JUMP_SECONDS:
            return None
        return self.at + timedelta(seconds=passed)


_anchor: Anchor | None = None


def current_time() -> datetime:
    """UTC. Asks the database each KEEP_SECONDS at the most; raises its errors."""
    global _anchor
    if not settings.CLOCK_OF_DATABASE:
        return timezone.now()
    wall, ticks = time.time(), time.monotonic()
    known = _anchor.time_at(wall, ticks) if _anchor else None
    if known is None:
        known = database_time()
        # Both readings are from before the question: it can only make us late, never early.
        _anchor = Anchor(known, wall, ticks)
    return known


def database_time() -> datetime:
    """UTC, asked now. Inside a transaction, too, the time is the present one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def steady_time() -> datetime:
    """UTC as this process had it when it began, counted on: setting its clock changes nothing.

    For what must go on without a database, and asks only how much time has passed.
    """
    return datetime.fromtimestamp(_started + time.monotonic(), UTC)
