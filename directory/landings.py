"""A page for each specialty in each city: what to say of it, and what lies beside it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, FloatField, Max, Min, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse

from appointments.models import IndexEntry
from clinics.models import City, Clinic
from core.heads import Head, head_of
from directory.cards import Card
from directory.filters import Filters
from directory.queries import Wanted
from doctors.models import Doctor, DoctorSpecialty, Specialty

# With fewer doctors a page says no more than their profiles do.
FEWEST = 2
NEIGHBOURS = 6
SPECIALTIES = 12


@dataclass(frozen=True)
class Facts:
    """What is true of a specialty in a city now. `next_free` is the first of the page's cards."""

    doctors: int
    taking_patients: int
    prices: Sequence[tuple[Decimal, Decimal, str]]
    next_free: datetime | None
    zone: str


def landing_path(specialty: Specialty, city: City) -> str:
    return reverse("landing", args=[specialty.slug, city.slug])


def facts_of(wanted: Wanted, city: City, cards: Sequence[Card], *, doctors: int) -> Facts:
    """Two queries."""
    entries = IndexEntry.objects.filter(specialty=wanted.specialty, city=city)
    prices = (
        entries.filter(price__isnull=False)
        .values_list("currency")
        .annotate(low=Min("price"), high=Max("price"), n=Count("pk"))
        .order_by("-n")
    )
    free = [(card.next_free, card.clinic.zone) for card in cards if card.next_free]
    next_free, zone = min(free, default=(None, city.zone))
    return Facts(
        doctors=doctors,
        taking_patients=entries.filter(doctor__takes_new_patients=True)
        .values("doctor")
        .distinct()
        .count(),
        prices=[(low, high, currency) for currency, low, high, _n in prices],
        next_free=next_free,
        zone=zone,
    )


def neighbours_of(specialty: Specialty, city: City) -> QuerySet[City]:
    """The nearest cities of the country with such a doctor, as if the earth were flat."""
    east = math.cos(math.radians(float(city.latitude)))
    up = Cast(F("latitude"), FloatField()) - float(city.latitude)
    right = (Cast(F("longitude"), FloatField()) - float(city.longitude)) * east
    there = _clinics_of(specialty).filter(city=OuterRef("pk"))
    return (
        City.objects.filter(Exists(there), country=city.country)
        .exclude(pk=city.pk)
        .annotate(far=up * up + right * right)
        .order_by("far", "pk")[:NEIGHBOURS]
    )


def specialties_of(city: City, *, without: Specialty) -> QuerySet[Specialty]:
    """Others that one finds in the city, those of the most doctors first."""
    here = Clinic.objects.filter(city=city, is_active=True).values("doctor")
    rows = DoctorSpecialty.objects.filter(doctor__in=_published().filter(pk__in=here))
    counts = rows.values("specialty").annotate(n=Count("pk")).order_by("-n", "specialty")
    named = [row["specialty"] for row in counts.exclude(specialty=without)[:SPECIALTIES]]
    return Specialty.objects.filter(pk__in=named).order_by("name")


def specialties_with_doctors() -> QuerySet[Specialty]:
    rows = DoctorSpecialty.objects.filter(specialty=OuterRef("pk"), doctor__is_published=True)
    return Specialty.objects.filter(Exists(rows)).order_by("slug")


def cities_with_landings(specialty: Specialty) -> QuerySet[City]:
    """Where enough of its doctors are for a page that is worth finding."""
    counts = (
        _clinics_of(specialty)
        .values("city")
        .annotate(n=Count("doctor", distinct=True))
        .filter(n__gte=FEWEST)
    )
    return City.objects.filter(pk__in=counts.values("city")).order_by("slug")


def landings_of(doctor: Doctor, clinics: Sequence[Clinic]) -> list[tuple[Specialty, City, str]]:
    """The pages on which one finds this doctor among others."""
    specialties = [row.specialty for row in doctor.doctor_specialties.all()]
    cities = {clinic.city_id: clinic.city for clinic in clinics}.values()
    found = [(s, city, landing_path(s, city)) for s in specialties for city in cities]
    return found[:NEIGHBOURS]


def head_of_search(
    request: HttpRequest, wanted: Wanted, data: dict[str, Any], *, found: int
) -> Head:
    """Results of a specialty in a city are those of its landing page; of words, of no page."""
    is_plain = not data["q"] and (wanted.city is not None or not data["lugar"])
    is_plain = is_plain and wanted.filters == Filters()
    chosen = wanted.specialty if wanted.is_chosen else None
    path = reverse("search")
    if is_plain and chosen and wanted.city:
        path = landing_path(chosen, wanted.city)
    elif is_plain and chosen:
        path += f"?especialidad={chosen.slug}"
    elif is_plain and wanted.city:
        path += f"?lugar={wanted.city.slug}"
    return head_of(request, path, is_thin=not is_plain or not found)


def _published() -> QuerySet[Doctor]:
    return Doctor.objects.published()


def _clinics_of(specialty: Specialty) -> QuerySet[Clinic]:
    able = DoctorSpecialty.objects.filter(specialty=specialty).values("doctor")
    return Clinic.objects.filter(is_active=True, doctor__in=_published().filter(pk__in=able))
