"""A week of free times, shaped for the slot picker. Reads only; the engine decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from appointments.models import Appointment
from appointments.queries import (
    free_times,
    nearest_free,
    next_free_week,
)
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
    def name(self) -> str:
        return iso_week(self.monday)

    @property
    def is_empty(self) -> bool:
        return not any(day.times for day in self.days)


def week_of(
    clinic: Clinic,
    day: date | None,
    *,
    now: datetime,
    ignoring: Appointment | None = None,
    month: Sequence[datetime] | None = None,
) -> Week:
    """The week around a local date; without one, the week of the next free time.

    `month` (queries.month_ahead) spares its question to who asked it already.
    """
    zone = ZoneInfo(clinic.zone)
    today = now.astimezone(zone).date()

    def ahead(since: datetime, month: Sequence[datetime] | None = None) -> Sequence[datetime]:
        return next_free_week(clinic, now=now, since=since, ignoring=ignoring, month=month)

    coming = ahead(now, month) if day is None else ()
    chosen = coming[0].astimezone(zone).date() if coming else max(day or today, today)
    monday = chosen - timedelta(days=chosen.weekday())
    since, until = _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone)
    if day is None:
        times = [time for time in coming if time < until]
        later = None
    else:
        times = free_times([clinic], now=now, since=since, until=until, ignoring=ignoring)[
            clinic.pk
        ]
        later = None if times else _first_after(until, month) or next(iter(ahead(until)), None)
    # Before the first free time there is nothing to go back to.
    earliest = monday if coming else today
    return Week(
        clinic=clinic,
        days=_days(monday, today, by_local_day(times, zone)),
        monday=monday,
        previous=iso_week(monday - timedelta(days=7)) if monday > earliest else "",
        following=iso_week(monday + timedelta(days=7)),
        next_free=later,
        next_free_week=iso_week(later.astimezone(zone).date()) if later else "",
    )


def _first_after(since: datetime, times: Sequence[datetime] | None) -> datetime | None:
    return next((time for time in times or () if time >= since), None)


def _days(monday: date, today: date, times: dict[date, list[datetime]]) -> list[Day]:
    """Monday to Sunday, without what is over."""
    week = (monday + timedelta(days=n) for n in range(7))
    return [Day(day, times.get(day, [])) for day in week if day >= today]


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
