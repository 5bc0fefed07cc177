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
# Once over the entries, by doctor: nearly all stand in one cell. Those who are in several, a few,
# are read again. OFFSET keeps the cell from being computed for each of its uses.
MARKS = """
WITH doctors AS (
    SELECT doctor_id, min(cell) AS cell, max(cell) AS other,
           min(latitude) AS latitude, min(longitude) AS longitude
    FROM ({fitting} OFFSET 0) AS fitting WHERE {fits} GROUP BY doctor_id
), cells AS MATERIALIZED (
    SELECT cell, count(*) AS doctors, count(*) FILTER (WHERE cell = other) AS here,
           sum(latitude) FILTER (WHERE cell = other) AS latitude,
           sum(longitude) FILTER (WHERE cell = other) AS longitude,
           array_agg(doctor_id) FILTER (WHERE cell <> other) AS spread
    FROM doctors GROUP BY cell
)
SELECT sum(latitude) / sum(here), sum(longitude) / sum(here), sum(here)::bigint,
       (SELECT sum(doctors) FROM cells)::bigint
FROM (
    SELECT cell, here, latitude, longitude FROM cells
    UNION ALL
    SELECT cell, 1, min(latitude), min(longitude)
    FROM ({fitting} AND e.doctor_id = ANY(ARRAY(SELECT unnest(spread) FROM cells))) AS fitting
    WHERE {fits} GROUP BY doctor_id, cell
) AS marks
GROUP BY cell HAVING sum(here) > 0
"""
FITTING = """
SELECT e.doctor_id, e.latitude, e.longitude, {first} AS first,
       width_bucket(e.latitude, %(south)s, %(top)s, %(rows)s) * %(columns)s
       + width_bucket(e.longitude, %(west)s, %(right)s, %(columns)s) AS cell
FROM appointments_indexentry e WHERE ({conditions})
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
    fitting = FITTING.format(**sieve.parts)
    with connection.cursor() as cursor:
        cursor.execute(MARKS.format(fitting=fitting, fits=sieve.parts["fits"]), values)
        rows = cursor.fetchall()
    return Marks([Mark(*row[:3]) for row in rows], rows[0][3] if rows else 0)
