"""What a map of results shows: so many doctors here, so many there, counted by Postgres."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from directory.filters import Box
from directory.finding import Search, sieve_of
from directory.queries import Wanted

# Of a rectangle, whatever its size: a country is some hundred marks.
COLUMNS, ROWS = 16, 12
MARKS = """
SELECT avg(latitude), avg(longitude), count(DISTINCT doctor_id)
FROM (SELECT e.doctor_id, e.latitude, e.longitude, {first} AS first
      FROM appointments_indexentry e WHERE {conditions}) AS fitting
WHERE {fits}
GROUP BY width_bucket(latitude, %(south)s, %(top)s, %(rows)s),
         width_bucket(longitude, %(west)s, %(right)s, %(columns)s)
"""
EDGE = 1e-6


class Mark(NamedTuple):
    """The middle of the doctors of a cell, in degrees, and how many they are."""

    latitude: float
    longitude: float
    doctors: int


@dataclass(frozen=True)
class Marks:
    cells: list[Mark]
    # A doctor with clinics in two cells is one.
    doctors: int


def marks_of(wanted: Wanted, box: Box, *, now: datetime) -> Marks:
    """One query, and the count of the whole rectangle another."""
    there = replace(wanted, filters=replace(wanted.filters, box=box, near=None))
    sieve = sieve_of(there, now=now)
    values = sieve.values | {
        "top": box.north + EDGE, "right": box.east + EDGE, "rows": ROWS, "columns": COLUMNS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MARKS.format(**sieve.parts), values)
        cells = [Mark(*row) for row in cursor.fetchall()]
    return Marks(cells, Search(there, now).count())
