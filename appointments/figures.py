"""Figures of a doctor's clinics for pages: stored days, and what changed since, counted now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from appointments import availability
from appointments.availability import Interval
from appointments.counting import count_days, days_from, instants
from appointments.models import OccupancyChange, OccupancyTally
from appointments.occupancy import (
    HOURS,
    LEADS,
    LISTS,
    NUMBERS,
    Count,
    add,
    common,
    minutes,
    opened,
    without,
)
from appointments.queries import office_of, taken_times
from clinics.models import Clinic

_SIZES = {"leads": len(LEADS), "offered_hours": HOURS, "booked_hours": HOURS}
_SUMS = ", ".join(
    [f"sum({name})" for name in NUMBERS]
    + [f"sum({name}[{n + 1}])" for name in LISTS for n in range(_SIZES[name])]
)
# By day, week (from Monday) or month, and by weekday: what a page shows is made of these.
_DAYS = f"""
SELECT clinic_id, date_trunc(%(part)s, day)::date, extract(isodow FROM day)::int, {_SUMS}
FROM appointments_occupancyday
WHERE clinic_id = ANY(%(clinics)s) AND day BETWEEN %(first)s AND %(last)s
  AND NOT day = ANY(%(live)s::date[])
GROUP BY 1, 2, 3
"""  # nosec B608 -- names of our own
_INCOME = """
SELECT clinic_id, date_trunc(%(part)s, day)::date, extract(isodow FROM day)::int, currency,
       sum(expected), sum(received)
FROM appointments_occupancyincome
WHERE clinic_id = ANY(%(clinics)s) AND day BETWEEN %(first)s AND %(last)s
  AND NOT day = ANY(%(live)s::date[])
GROUP BY 1, 2, 3, 4
"""
DAY, WEEK, MONTH = "day", "week", "month"


class Key(NamedTuple):
    """`bucket` is the first day of its day, week or month; `weekday` is ISO."""

    clinic_id: int
    bucket: date
    weekday: int


Figures = dict[Key, Count]


@dataclass(frozen=True)
class Known:
    """What of a doctor's days is stored and still true."""

    counted_until: date | None
    noted: Sequence[tuple[date, date]]

    def live(self, first: date, last: date) -> list[date]:
        """The days that are to be counted now."""
        return [
            day
            for day in days_from(first, last)
            if self.counted_until is None
            or day > self.counted_until
            or any(since <= day <= until for since, until in self.noted)
        ]


def known_of(doctor_id: int) -> Known:
    """What is noted is read before anything that is stored. Two queries."""
    notes = OccupancyChange.objects.filter(doctor=doctor_id)
    noted = list(notes.values_list("first_day", "last_day").distinct())
    tallies = OccupancyTally.objects.filter(pk=doctor_id)
    return Known(tallies.values_list("counted_until", flat=True).first(), noted)


def figures_of(
    doctor_id: int,
    clinics: Sequence[Clinic],
    first: date,
    last: date,
    *,
    known: Known,
    part: str = DAY,
) -> Figures:
    """Of these clinics of the doctor. Two queries, and four where something is counted now."""
    live = known.live(first, last)
    ids = [clinic.pk for clinic in clinics]
    values = {"clinics": ids, "first": first, "last": last, "live": live, "part": part}
    found = _stored(values) if len(live) < (last - first).days + 1 else {}
    if live:
        wanted = set(live)
        for (clinic_id, day), count in count_days(doctor_id, live[0], live[-1]).items():
            if day in wanted and clinic_id in ids:
                key = Key(clinic_id, bucket_of(day, part), day.isoweekday())
                add(found.setdefault(key, Count()), count)
    return found


def _stored(values: dict[str, Any]) -> Figures:
    found: Figures = {}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, values)
        for clinic_id, bucket, weekday, *sums in cursor.fetchall():
            found[Key(clinic_id, bucket, weekday)] = _count_of([int(one) for one in sums])
        cursor.execute(_INCOME, values)
        for clinic_id, bucket, weekday, currency, expected, received in cursor.fetchall():
            count = found.setdefault(Key(clinic_id, bucket, weekday), Count())
            count.income[currency] = (expected, received)
    return found


def _count_of(sums: Sequence[int]) -> Count:
    count = Count(*sums[: len(NUMBERS)])
    at = len(NUMBERS)
    for name in LISTS:
        setattr(count, name, list(sums[at : at + _SIZES[name]]))
        at += _SIZES[name]
    return count


def bucket_of(day: date, part: str) -> date:
    if part == WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if part == MONTH else day


def total(counts: Iterable[Count]) -> Count:
    found = Count()
    for count in counts:
        add(found, count)
    return found


def by_clinic(figures: Figures) -> dict[int, Count]:
    found: dict[int, Count] = {}
    for key, count in figures.items():
        add(found.setdefault(key.clinic_id, Count()), count)
    return found


def by_bucket(figures: Figures) -> dict[date, Count]:
    found: dict[date, Count] = {}
    for key, count in figures.items():
        add(found.setdefault(key.bucket, Count()), count)
    return found


def by_weekday(figures: Figures) -> dict[int, Count]:
    found: dict[int, Count] = {}
    for key, count in figures.items():
        add(found.setdefault(key.weekday, Count()), count)
    return found


def free_ahead(clinics: Sequence[Clinic], last: date, *, now: datetime) -> dict[int, int]:
    """Minutes of each clinic (by primary key) from now to the end of `last` in which nobody is
    expected and nothing is in the way: visits, live holds, absences, other calendars, travel. A
    minute that two clinics offer is told by both. The clinics come `with_schedule()`. One query.
    """
    _since, until = instants(last, last)
    if not clinics or now >= until:
        return {clinic.pk: 0 for clinic in clinics}
    taken = taken_times({c.doctor_id for c in clinics}, now, now, until)
    start = availability.ceil_seconds(now)
    found = {}
    for clinic in clinics:
        office, busy = office_of(clinic), availability.join(taken.seen_from(clinic))
        today = now.astimezone(office.zone).date()
        ahead = Interval(start, start + int((until - now).total_seconds()))
        found[clinic.pk] = sum(
            minutes(common(without(opened(office, day, []), busy), [ahead]))
            for day in days_from(today, last)
            if clinic.is_active
        )
    return found


def money(income: dict[str, tuple[Decimal, Decimal]]) -> list[tuple[str, Decimal, Decimal]]:
    """Currency, expected, received."""
    return [(currency, *sums) for currency, sums in sorted(income.items())]
