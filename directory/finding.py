"""Doctors by what a search asks for: chosen, counted and ordered by the search index.

The index only chooses and orders (docs/adr/0026): the times that a card shows are the engine's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import cos, radians
from typing import Any, NamedTuple

from django.db import connection

from core.spelling import key_of
from directory.filters import NEAR_KM, Box, Filters, Order, Point, When
from directory.queries import Wanted

EARTH_KM, DEGREE_KM = 6371, 111.2
DAY = 24 * 60
WEEK_DAYS = 7

# The wall clock of the entry's clinic, minutes since 1970.
MIDNIGHT = "floor(extract(epoch FROM %(now)s AT TIME ZONE e.zone) / 86400)::int * 1440"
DISTANCE = """
sqrt(power(radians(e.latitude - %(latitude)s), 2)
     + power(radians(e.longitude - %(longitude)s) * cos(radians(%(latitude)s)), 2)) * 6371
"""
PAGE = """
SELECT doctor_id, (array_agg(clinic_id ORDER BY {best}, first NULLS LAST, clinic_id))[1],
       count(DISTINCT clinic_id) - 1,
       (array_agg(next_at ORDER BY {best}, first NULLS LAST, clinic_id))[1], min(distance),
       count(*) OVER ()
FROM (SELECT e.doctor_id, e.clinic_id, e.next_at, e.price, {first} AS first, {distance} AS distance
      FROM appointments_indexentry e WHERE {conditions}) AS fitting
WHERE {fits}
GROUP BY doctor_id ORDER BY {order}, doctor_id LIMIT %(limit)s OFFSET %(offset)s
"""
COUNT = """
SELECT count(DISTINCT doctor_id)
FROM (SELECT e.doctor_id, {first} AS first FROM appointments_indexentry e
      WHERE {conditions}) AS fitting
WHERE {fits}
"""
RATED = """
EXISTS (SELECT FROM reviews_rating r WHERE r.doctor_id = e.doctor_id AND r.mean >= %(rating_min)s)
"""
# Of a doctor's clinics that fit, the one that the card is about.
BEST = {
    Order.SOONEST: "first",
    Order.NEAREST: "distance",
    Order.CHEAPEST: "price",
    Order.BEST_RATED: "first",
}
# Whoever bears the name that was typed comes first, the best match before the others.
ORDERS = {
    Order.SOONEST: "array_position(%(named)s::bigint[], doctor_id) NULLS LAST,"
    " min(first) NULLS LAST",
    Order.NEAREST: "min(distance) NULLS LAST, min(first) NULLS LAST",
    Order.CHEAPEST: "min(price) NULLS LAST, min(first) NULLS LAST",
    # By what is sure: one opinion of five stars is less than fifty of 4.8.
    Order.BEST_RATED: "(SELECT r.lower FROM reviews_rating r WHERE r.doctor_id = fitting.doctor_id)"
    " DESC NULLS LAST, min(first) NULLS LAST",
}


class Hit(NamedTuple):
    """A doctor, the clinic that fits best, and how many others do. `next_at` is the index's word
    about that clinic: where to look for times, not what to show.
    """

    doctor_id: int
    clinic_id: int
    others: int
    next_at: datetime | None
    kilometres: float | None


@dataclass
class Search:
    """A list for a paginator. `peek` makes one query of a page and the count of all."""

    wanted: Wanted
    now: datetime
    _page: tuple[slice, list[Hit]] | None = None
    _total: int | None = None

    def peek(self, part: slice) -> None:
        rows = self._ask(PAGE, {"limit": part.stop - part.start, "offset": part.start})
        self._page = part, [Hit(*row[:-1]) for row in rows]
        if rows:
            self._total = rows[0][-1]

    def count(self) -> int:
        if self._total is None:
            ((self._total,),) = self._ask(COUNT, {})
        return int(self._total or 0)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Hit]:
        part = slice(part.start or 0, max(part.stop or 0, part.start or 0))
        if (
            self._page is None
            or self._page[0].start != part.start
            or self._page[0].stop < part.stop
        ):
            self.peek(part)
        assert self._page is not None
        return self._page[1][: part.stop - part.start]

    def _ask(self, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        sieve = sieve_of(self.wanted, now=self.now)
        order = self.wanted.filters.order
        pieces = sieve.parts | {"order": ORDERS[order], "best": BEST[order]}
        with connection.cursor() as cursor:
            cursor.execute(sql.format(**pieces), sieve.values | values)
            return cursor.fetchall()


@dataclass(frozen=True)
class Sieve:
    """Pieces of SQL about an entry `e`, and their values."""

    conditions: Sequence[str]
    first: str
    distance: str
    values: dict[str, Any]

    @property
    def parts(self) -> dict[str, str]:
        return {
            "conditions": " AND ".join(self.conditions) or "true",
            "first": self.first,
            "distance": self.distance,
            "fits": "true" if self.first == "e.next_at" else "first IS NOT NULL",
        }


def sieve_of(wanted: Wanted, *, now: datetime) -> Sieve:
    values: dict[str, Any] = {"now": now}
    asked = " AND ".join([*_who(wanted, values), *_where(wanted, values)]) or "true"
    if wanted.namesakes:
        values["namesakes"] = list(wanted.namesakes)
        asked = f"({asked} OR e.doctor_id = ANY(%(namesakes)s::bigint[]))"
    values["named"] = [*wanted.namesakes, *(wanted.doctors or ())]
    conditions = [asked, *_facts(wanted.filters, values)]
    point = origin_of(wanted)
    if point is not None:
        values |= {"latitude": point.latitude, "longitude": point.longitude}
    return Sieve(
        conditions,
        first=_first(wanted.filters, values),
        distance="NULL::float" if point is None else DISTANCE,
        values=values,
    )


def origin_of(wanted: Wanted) -> Point | None:
    """Where distances are counted from: where one is, or the middle of the city."""
    if wanted.filters.near is not None:
        return wanted.filters.near
    if wanted.city is not None and wanted.filters.order == Order.NEAREST:
        return Point(float(wanted.city.latitude), float(wanted.city.longitude))
    return None


def _who(wanted: Wanted, values: dict[str, Any]) -> list[str]:
    conditions = []
    if wanted.specialties:
        values["specialties"] = [specialty.pk for specialty in wanted.specialties]
        conditions.append("e.specialty_id = ANY(%(specialties)s)")
    if wanted.doctors is not None:
        values["doctors"] = list(wanted.doctors)
        conditions.append("e.doctor_id = ANY(%(doctors)s::bigint[])")
    return conditions


def _where(wanted: Wanted, values: dict[str, Any]) -> list[str]:
    filters = wanted.filters
    box = filters.box or (None if filters.near is None else around(filters.near))
    conditions = []
    if box is not None:
        values |= vars(box)
        conditions += [
            "e.latitude BETWEEN %(south)s AND %(north)s",
            "e.longitude BETWEEN %(west)s AND %(east)s",
        ]
    elif wanted.is_anywhere:
        return []
    elif wanted.city is not None:
        values["city"] = wanted.city.pk
        conditions.append("e.city_id = %(city)s")
    if wanted.place and box is None:
        words = wanted.place.split()
        # As clinics.queries.at_place: a number stands at the beginning of a word.
        values |= {f"place{n}": f"%{' ' * word.isdigit()}{_literal(word)}%"
                   for n, word in enumerate(words)}  # fmt: skip
        like = " AND ".join(f"c.search_key LIKE %(place{n})s" for n in range(len(words)))
        there = f"SELECT c.id FROM clinics_clinic c WHERE {like}"  # nosec B608 -- names of our own
        conditions.append(f"e.clinic_id IN ({there})")
    return conditions


def around(point: Point) -> Box:
    tall = NEAR_KM / DEGREE_KM
    wide = tall / max(cos(radians(point.latitude)), 0.01)
    return Box(
        west=point.longitude - wide,
        south=point.latitude - tall,
        east=point.longitude + wide,
        north=point.latitude + tall,
    )


def _facts(filters: Filters, values: dict[str, Any]) -> list[str]:
    values |= {
        "price_min": filters.price_min,
        "price_max": filters.price_max,
        "language": filters.language,
        "is_female": filters.sex == "f",
        "payment": filters.payment,
        "agreement": f"%{_literal(key_of(filters.agreement))}%",
        "rating_min": filters.rating_min,
    }
    asked = {
        "e.price >= %(price_min)s": filters.price_min is not None,
        "e.price <= %(price_max)s": filters.price_max is not None,
        "%(language)s = ANY(e.languages)": filters.language,
        "e.is_female = %(is_female)s": filters.sex,
        "%(payment)s = ANY(e.payment_methods)": filters.payment,
        "EXISTS (SELECT FROM unnest(e.agreements) a WHERE a LIKE %(agreement)s)": filters.agreement,
        "e.sees_children": filters.children,
        "e.is_accessible": filters.accessible,
        "e.offers_telehealth": filters.telehealth,
        RATED: filters.rating_min is not None,
    }
    return [condition for condition, is_asked in asked.items() if is_asked]


def _first(filters: Filters, values: dict[str, Any]) -> str:
    """The first free time that fits: an instant, or where days matter a wall time in minutes."""
    if not filters.is_about_days:
        return "e.next_at"
    since, until = MIDNIGHT, ""
    if filters.since is not None:
        values["since"] = _minutes(filters.since)
        since = "%(since)s"
    elif filters.when:
        days = 1 if filters.when == When.TODAY else WEEK_DAYS
        until = f"AND x < {MIDNIGHT} + {days * DAY}"
    firsts = (
        f"(SELECT min(x) FROM unnest(e.{part}) x WHERE x >= {since} {until})"  # nosec B608 -- numbers
        for part in filters.parts
    )
    return f"least({', '.join(firsts)})"


def _minutes(day: date) -> int:
    return (day - datetime(1970, 1, 1, tzinfo=UTC).date()).days * DAY


def _literal(text: str) -> str:
    """As LIKE reads it: signs that would mean something mean themselves."""
    for sign in "\\%_":
        text = text.replace(sign, f"\\{sign}")
    return text
