"""A week of free times, shaped for the slot picker. Reads only; the engine decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from appointments.models import Appointment
from appointments.queries import free_times, nearest_free, next_free
from clinics.models import Clinic

FIRST_SHOWN = 8


@dataclass(frozen=True)
class Day:
    date: date
    times: Sequence[datetime]

    @property
    def first(self) -> Sequence[datetime]:
        return self.times[:FIRST_SHOWN]

    @property
    def more(self) -> Sequence[datetime]:
        return self.times[FIRST_SHOWN:]


@dataclass(frozen=True)
class Week:
    """Monday to Sunday in the clinic's zone, from today on."""

    clinic: Clinic
    days: Sequence[Day]
    monday: date
    previous: str
    following: str
    next_free: datetime | None
    next_free_week: str

    @property
    def is_empty(self) -> bool:
        return not any(day.times for day in self.days)


def week_of(
    clinic: Clinic, day: date | None, *, now: datetime, ignoring: Appointment | None = None
) -> Week:
    """The week around a local date; without one, the week of the next free time."""
    zone = ZoneInfo(clinic.zone)
    today = now.astimezone(zone).date()
    soonest = None
    if day is None:
        soonest = next_free(clinic, now=now, since=now)
        day = soonest.astimezone(zone).date() if soonest else today
    monday = max(day, today) - timedelta(days=max(day, today).weekday())
    # Before the first free time there is nothing to go back to.
    earliest = monday if soonest else today
    since, until = _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone)
    times = free_times([clinic], now=now, since=since, until=until, ignoring=ignoring)[clinic.pk]
    by_day = by_local_day(times, zone)
    days = [
        Day(d, by_day.get(d, []))
        for d in (monday + timedelta(days=n) for n in range(7))
        if d >= today
    ]
    later = None if times else next_free(clinic, now=now, since=until)
    return Week(
        clinic=clinic,
        days=days,
        monday=monday,
        previous=iso_week(monday - timedelta(days=7)) if monday > earliest else "",
        following=iso_week(monday + timedelta(days=7)),
        next_free=later,
        next_free_week=iso_week(later.astimezone(zone).date()) if later else "",
    )


def nearest_days(clinic: Clinic, around: datetime, *, now: datetime) -> list[Day]:
    """The free times closest to `around`, by local day: what to offer for a lost time."""
    times = nearest_free(clinic, around, now=now)
    by_day = by_local_day(times, ZoneInfo(clinic.zone))
    return [Day(day, day_times) for day, day_times in by_day.items()]


def by_local_day(times: Sequence[datetime], zone: ZoneInfo) -> dict[date, list[datetime]]:
    """Ascending instants grouped by their local date."""
    return {
        day: list(group) for day, group in groupby(times, key=lambda t: t.astimezone(zone).date())
    }


def iso_week(day: date) -> str:
    """ISO 8601, e.g. `2026-W48`."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
