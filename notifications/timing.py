"""When a message is due: before a visit, in the morning, never at night. Pure arithmetic.

Quiet hours are 21:00 to 8:00 on the reader's clock. What falls into them waits for the morning
or, where that would be too late, leaves the evening before.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.nights import QUIET_UNTIL, instant, is_quiet, morning_after
from notifications.enums import Kind

# With an hour to spare: a worker that is late then is not yet in the night.
EVENING = time(20)
# A reminder in the morning must leave this much until the visit.
LEAST_AHEAD = timedelta(hours=1)
FEEDBACK_AFTER = timedelta(hours=2)
# After that nobody remembers how it went.
FEEDBACK_WITHIN = timedelta(days=14)
DAYS_BEFORE = {Kind.REMINDER_WEEK: 7, Kind.REMINDER_DAY: 1}
HOURS_BEFORE = timedelta(hours=2)


def evening_before(at: datetime, zone: ZoneInfo) -> datetime:
    """Before the night that `at` lies in (UTC)."""
    local = at.astimezone(zone)
    return instant(local.date() - timedelta(days=local.time() < QUIET_UNTIL), EVENING, zone)


def reminder_due(
    kind: Kind, starts_at: datetime, *, clinic: ZoneInfo, reader: ZoneInfo
) -> datetime:
    """When to remind of a visit (UTC): days before at the same hour of the clinic's clock, hours
    before in real time, and never in the reader's night.
    """
    at = _before(kind, starts_at, clinic)
    if not is_quiet(at, reader):
        return at
    morning = morning_after(at, reader)
    return morning if morning <= starts_at - LEAST_AHEAD else evening_before(at, reader)


def digest_due(day: date, zone: ZoneInfo) -> datetime:
    """When a doctor is told of the visits of a day (UTC)."""
    return instant(day, QUIET_UNTIL, zone)


def _before(kind: Kind, starts_at: datetime, clinic: ZoneInfo) -> datetime:
    if kind not in DAYS_BEFORE:
        return starts_at - HOURS_BEFORE
    local = starts_at.astimezone(clinic)
    return instant(local.date() - timedelta(days=DAYS_BEFORE[kind]), local.time(), clinic)
