"""What a map of results shows: so many doctors here, so many there, counted by Postgres."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from directory.filters import Box
from directory.finding import sieve_of
from directory.queries import Wanted

# Of a rectangle, whatever its size: a country is some hundred marks.
COLUMNS, ROWS = 16, 12
# Once over the entries: by doctor and cell, then the cells, and the doctors of all of them.
MARKS = """
WITH seen AS MATERIALIZED (
    SELECT doctor_id, down, across, avg(latitude) AS latitude, avg(longitude) AS longitude
    FROM (SELECT e.doctor_id, e.latitude, e.longitude, {first} AS first,
                 width_bucket(e.latitude, %(south)s, %(top)s, %(rows)s) AS down,
                 width_bucket(e.longitude, %(west)s, %(right)s, %(columns)s) AS across
          FROM appointments_indexentry e WHERE {conditions}) AS fitting
    WHERE {fits} GROUP BY doctor_id, down, across
)
SELECT avg(latitude), avg(longitude), count(*),
       (SELECT count(*) FROM (SELECT doctor_id FROM seen GROUP BY doctor_id) AS doctors)
FROM seen GROUP BY down, across
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
    """One query."""
    there = replace(wanted, filters=replace(wanted.filters, box=box, near=None))
    sieve = sieve_of(there, now=now)
    values = sieve.values | {
        "top": box.north + EDGE, "right": box.east + EDGE, "rows": ROWS, "columns": COLUMNS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MARKS.format(**sieve.parts), values)
        rows = cursor.fetchall()
    return Marks([Mark(*row[:3]) for row in rows], rows[0][3] if rows else 0)
