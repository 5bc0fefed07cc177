"""Figures of a doctor's clinics for pages: stored days, and what changed since, counted now."""

from collections.abc import Iterable, Iterator, Sequence
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
    Income,
    add,
    add_income,
    common,
    minutes,
    opened,
    without,
)
from appointments.queries import office_of, taken_times
from clinics.models import Clinic

_SIZES = {"leads": len(LEADS), "offered_hours": HOURS, "booked_hours": HOURS}
DAY, WEEK, MONTH, ALL = "day", "week", "month", "all"


class Key(NamedTuple):
    """`bucket` is the first day of its day, week or month; `weekday` is ISO."""

    clinic_id: int
    bucket: date
    weekday: int


Figures = dict[Key, Count]


def _query(names: Sequence[str], lists: Sequence[str]) -> str:
    """By day, week (from Monday) or month, and by weekday: what a page shows is made of these."""
    sums = [f"sum({name})" for name in names]
    sums += [f"sum({name}[{n + 1}])" for name in lists for n in range(_SIZES[name])]
    return f"""
SELECT clinic_id,
       CASE WHEN %(part)s = 'all' THEN %(first)s ELSE date_trunc(%(part)s, day)::date END,
       extract(isodow FROM day)::int, {", ".join(sums)}
FROM appointments_occupancyday
WHERE clinic_id = ANY(%(clinics)s) AND day BETWEEN %(first)s AND %(last)s
  AND NOT day = ANY(%(live)s::date[])
GROUP BY 1, 2, 3
"""  # nosec B608 -- names of our own


_INCOME = """
SELECT clinic_id, currency, sum(expected), sum(received) FROM appointments_occupancyincome
WHERE clinic_id = ANY(%(clinics)s) AND day BETWEEN %(first)s AND %(last)s
  AND NOT day = ANY(%(live)s::date[])
GROUP BY 1, 2
"""
_BY_DATE = """
SELECT clinic_id, day, currency, expected, received FROM appointments_occupancyincome
WHERE clinic_id = ANY(%(clinics)s) AND day BETWEEN %(first)s AND %(last)s
  AND NOT day = ANY(%(live)s::date[])
ORDER BY day, clinic_id, currency
"""


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
    noted = list(set(notes.values_list("first_day", "last_day")))
    tallies = OccupancyTally.objects.filter(pk=doctor_id)
    return Known(tallies.values_list("counted_until", flat=True).first(), noted)


class Reader:
    """A doctor's figures on the dates of some spans. Two queries, and three where anything is to be
    counted now; each answer is a query more. All the doctor's `clinics` come `with_schedule()`,
    oldest first; `shown` are those that are asked about.
    """

    def __init__(
        self,
        doctor_id: int,
        clinics: Sequence[Clinic],
        shown: Sequence[Clinic],
        spans: Iterable[tuple[date, date]],
    ) -> None:
        self.shown = [clinic.pk for clinic in shown]
        known = known_of(doctor_id)
        self.live = sorted({day for span in spans for day in known.live(*span)})
        counts = count_days(doctor_id, self.live[0], self.live[-1], clinics) if self.live else {}
        wanted = set(self.live)
        self.counts = {
            (pk, day): count
            for (pk, day), count in counts.items()
            if day in wanted and pk in self.shown
        }

    def figures(
        self,
        first: date,
        last: date,
        *,
        part: str = ALL,
        names: Sequence[str] = NUMBERS,
        lists: Sequence[str] = LISTS,
    ) -> Figures:
        """What is not among `names` and `lists` is told only of days that are counted now; income
        never is.
        """
        values = {**self._values(first, last), "part": part}
        found: Figures = {}
        with connection.cursor() as cursor:
            cursor.execute(_query(names, lists), values)
            for clinic_id, bucket, weekday, *sums in cursor.fetchall():
                found[Key(clinic_id, bucket, weekday)] = _count_of(sums, names, lists)
        for clinic_id, day, count in self._counted(first, last):
            bucket = first if part == ALL else bucket_of(day, part)
            key = Key(clinic_id, bucket, day.isoweekday())
            add(found.setdefault(key, Count()), count, income=False)
        return found

    def income(self, first: date, last: date) -> dict[int, Income]:
        """By clinic and currency: what was to be paid, and what of it was paid."""
        found: dict[int, Income] = {}
        with connection.cursor() as cursor:
            cursor.execute(_INCOME, self._values(first, last))
            for clinic_id, currency, *sums in cursor.fetchall():
                found.setdefault(clinic_id, {})[currency] = (sums[0], sums[1])
        for clinic_id, _day, count in self._counted(first, last):
            add_income(found.setdefault(clinic_id, {}), count.income)
        return found

    def income_by_date(self, first: date, last: date) -> dict[tuple[int, date], Income]:
        found: dict[tuple[int, date], Income] = {}
        with connection.cursor() as cursor:
            cursor.execute(_BY_DATE, self._values(first, last))
            for clinic_id, day, currency, *sums in cursor.fetchall():
                found.setdefault((clinic_id, day), {})[currency] = (sums[0], sums[1])
        return found | {(pk, day): count.income for pk, day, count in self._counted(first, last)}

    def _counted(self, first: date, last: date) -> Iterator[tuple[int, date, Count]]:
        for (clinic_id, day), count in self.counts.items():
            if first <= day <= last:
                yield clinic_id, day, count

    def _values(self, first: date, last: date) -> dict[str, Any]:
        return {"clinics": self.shown, "first": first, "last": last, "live": self.live}


def _count_of(sums: Sequence[Any], names: Sequence[str], lists: Sequence[str]) -> Count:
    count, at = Count(), len(names)
    for name, value in zip(names, sums, strict=False):
        setattr(count, name, int(value))
    for name in lists:
        setattr(count, name, [int(one) for one in sums[at : at + _SIZES[name]]])
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


def free_ahead(
    clinics: Sequence[Clinic], first: date, last: date, *, now: datetime
) -> dict[int, int]:
    """Minutes of each clinic (by primary key) on these dates, from now on, in which nobody is
    expected and nothing is in the way: visits, live holds, absences, other calendars, travel. A
    minute that two clinics offer is told by both. The clinics come `with_schedule()`. One query.
    """
    since, until = instants(first, last)
    if not clinics or now >= until:
        return {clinic.pk: 0 for clinic in clinics}
    taken = taken_times({c.doctor_id for c in clinics}, now, max(now, since), until)
    start = availability.ceil_seconds(now)
    found = {}
    for clinic in clinics:
        office, busy = office_of(clinic), availability.join(taken.seen_from(clinic))
        today = now.astimezone(office.zone).date()
        ahead = Interval(start, start + int((until - now).total_seconds()))
        found[clinic.pk] = sum(
            minutes(common(without(opened(office, day, []), busy), [ahead]))
            for day in days_from(max(today, first), last)
            if clinic.is_active
        )
    return found


def money(income: Income) -> list[tuple[str, Decimal, Decimal]]:
    """Currency, expected, received."""
    return [(currency, *sums) for currency, sums in sorted(income.items())]
