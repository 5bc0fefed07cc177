"""The clinic's free times around a day, as the desk picks one of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from appointments.desk import desk_times
from appointments.models import Appointment
from appointments.pickers import by_local_day
from clinics.models import Clinic
from core.converters import FORMAT

SHOWN = 3
LOOK_AHEAD = 120


@dataclass(frozen=True)
class Choice:
    """`value` is what its button posts."""

    at: datetime
    value: str
    is_chosen: bool


@dataclass(frozen=True)
class FreeDay:
    date: date
    times: list[Choice]


@dataclass(frozen=True)
class FreeDays:
    """A few days from one on. `earlier` is empty where only the past is before."""

    zone: str
    days: list[FreeDay]
    earlier: date | None
    later: date
    next_free: datetime | None

    @property
    def next_day(self) -> date | None:
        return self.next_free and self.next_free.astimezone(ZoneInfo(self.zone)).date()


def free_days(
    clinic: Clinic,
    first: date,
    *,
    minutes: int,
    now: datetime,
    chosen: datetime | None = None,
    ignoring: Appointment | None = None,
) -> FreeDays:
    """`clinic` comes `with_schedule()`; days before today are not shown."""
    zone = ZoneInfo(clinic.zone)
    today = now.astimezone(zone).date()
    first = max(first, today)
    since, end = _midnight(first, zone), _midnight(first + timedelta(days=LOOK_AHEAD), zone)
    times = desk_times(clinic, minutes=minutes, now=now, since=since, until=end, ignoring=ignoring)
    by_day = by_local_day(times, zone)
    shown = [first + timedelta(days=n) for n in range(SHOWN)]
    is_empty = not any(by_day.get(day) for day in shown)
    return FreeDays(
        zone=clinic.zone,
        days=[FreeDay(day, [_choice(t, chosen) for t in by_day.get(day, [])]) for day in shown],
        earlier=max(first - timedelta(days=SHOWN), today) if first > today else None,
        later=first + timedelta(days=SHOWN),
        next_free=times[0] if times and is_empty else None,
    )


def first_free_day(clinic: Clinic, *, minutes: int, now: datetime) -> date:
    """Today, unless nothing is free before another day."""
    zone = ZoneInfo(clinic.zone)
    until = now + timedelta(days=LOOK_AHEAD)
    times = desk_times(clinic, minutes=minutes, now=now, since=now, until=until)
    return (times[0] if times else now).astimezone(zone).date()


def _choice(at: datetime, chosen: datetime | None) -> Choice:
    return Choice(at, at.strftime(FORMAT), at == chosen)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
