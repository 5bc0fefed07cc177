"""Reads of places and hours with more than one caller."""

from collections.abc import Sequence

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from clinics.models import City, Clinic
from core.db import Unaccent

MOST_CITIES = 8
SHORTEST = 2
LONGEST = 60


def cities_like(text: str, *, most: int = MOST_CITIES) -> list[City]:
    """Places whose name begins like `text` («Cuenca», «cuenca, azuay»), then similar ones.

    Exact names first, then where the most people live.
    """
    name, _comma, region = (part.strip() for part in text[:LONGEST].partition(","))
    if len(name) < SHORTEST or "\x00" in text:
        return []
    key = Unaccent(Value(name))
    cities = City.objects.annotate(
        rank=Case(When(name_key=key, then=0), default=1, output_field=IntegerField())
    )
    if region:
        begun = Unaccent(Value(region))
        cities = cities.annotate(region_key=Unaccent("region")).filter(region_key__startswith=begun)
    found = list(_first(cities.filter(name_key__startswith=key), most))
    return found or list(_first(cities.filter(_like(key)), most))


def _like(key: Unaccent) -> Q:
    return Q(name_key__trigram_similar=key)


def _first(cities: QuerySet[City], most: int) -> QuerySet[City]:
    return cities.order_by("rank", "-population", "name")[:most]


def zones_of(country: str) -> Sequence[str]:
    """The time zones of a country, the one where the most places are first."""
    zones = City.objects.filter(country=country).values_list("zone", flat=True)
    counted = list(zones)
    return sorted(set(counted), key=lambda zone: (-counted.count(zone), zone))


def pairs_of(clinics: Sequence[Clinic]) -> list[tuple[Clinic, Clinic]]:
    """Every two clinics once, as TravelTime keeps them: the lower key first."""
    ordered = sorted(clinics, key=lambda clinic: clinic.pk)
    return [(one, other) for i, one in enumerate(ordered) for other in ordered[i + 1 :]]
