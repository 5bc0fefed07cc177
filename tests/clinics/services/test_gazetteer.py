import csv
import gzip
import zoneinfo
from pathlib import Path

import pytest

from clinics.models import City
from clinics.services.gazetteer import FILE, load_cities

HEADER = "name,ascii,region,country,latitude,longitude,zone,population,slug\n"
QUITO = "Quito,,Pichincha,EC,-0.2298,-78.525,America/Guayaquil,2781641,quito\n"


def write(folder: Path, *lines: str) -> Path:
    path = folder / "cities.csv.gz"
    path.write_bytes(gzip.compress("".join([HEADER, *lines]).encode()))
    return path


@pytest.mark.django_db
def test_cities_are_found_without_accents_and_in_their_zone():
    load_cities()

    cordoba = City.objects.filter(name_key="cordoba").order_by("-population").first()
    assert (cordoba.slug, cordoba.country.code) == ("cordoba", "AR")
    assert cordoba.zone == "America/Argentina/Cordoba"
    assert City.objects.get(slug="cordoba-es").zone == "Europe/Madrid"


@pytest.mark.django_db
def test_loading_again_writes_nothing():
    written = load_cities()

    assert (load_cities(), City.objects.count()) == (0, written)


@pytest.mark.django_db
def test_a_corrected_row_replaces_the_old_one(tmp_path):
    load_cities(path=write(tmp_path, QUITO))
    first = City.objects.get(slug="quito")

    written = load_cities(path=write(tmp_path, QUITO.replace("2781641", "2800000")))

    again = City.objects.get(slug="quito")
    assert (written, again.pk, again.population) == (1, first.pk, 2_800_000)


def test_file_is_complete_and_sane():
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert FILE.stat().st_size < 700_000
    assert len({row["slug"] for row in rows}) == len(rows) > 15_000
    assert len({row["country"] for row in rows}) == 20
    assert {row["zone"] for row in rows} <= zoneinfo.available_timezones()
    order = [(row["country"], -int(row["population"])) for row in rows]
    assert order == sorted(order)
    assert all(-90 <= float(row["latitude"]) <= 90 for row in rows)
    assert all(-180 <= float(row["longitude"]) <= 180 for row in rows)
