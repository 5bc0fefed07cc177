"""The gazetteer file -> rows of City."""

import csv
import gzip
from pathlib import Path

from django.db import connection, transaction

FILE = Path(__file__).resolve().parent.parent / "data" / "cities.csv.gz"
# Columns of the file that are columns of the table; `ascii` is for readers without Postgres.
COLUMNS = ("name", "region", "country", "latitude", "longitude", "zone", "population", "slug")

_STAGE = """
CREATE TEMPORARY TABLE city_stage AS
SELECT name, region, country, latitude, longitude, zone, population, slug
FROM clinics_city WITH NO DATA
"""
_COPY = f"COPY city_stage ({', '.join(COLUMNS)}) FROM STDIN"
# Rows that are right already are not written, so that a second run is cheap.
_UPSERT = """
INSERT INTO clinics_city AS city
    (name, region, country, latitude, longitude, zone, population, slug)
SELECT name, region, country, latitude, longitude, zone, population, slug FROM city_stage
ON CONFLICT (slug) DO UPDATE SET
    (name, region, country, latitude, longitude, zone, population) =
    (excluded.name, excluded.region, excluded.country, excluded.latitude, excluded.longitude,
     excluded.zone, excluded.population)
WHERE (city.name, city.region, city.country, city.latitude, city.longitude, city.zone,
       city.population)
    IS DISTINCT FROM
      (excluded.name, excluded.region, excluded.country, excluded.latitude, excluded.longitude,
       excluded.zone, excluded.population)
"""


@transaction.atomic
def load_cities(*, path: Path = FILE) -> int:
    """Add or correct the cities of the file; others stay. Returns how many rows were written."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with (
            cursor.copy(_COPY) as copy,
            gzip.open(path, "rt", encoding="utf-8", newline="") as file,
        ):
            for row in csv.DictReader(file):
                copy.write_row([row[column] for column in COLUMNS])
        cursor.execute(_UPSERT)
        written = int(cursor.rowcount)
        cursor.execute("DROP TABLE city_stage")
        return written
