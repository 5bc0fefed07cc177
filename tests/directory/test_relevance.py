"""What people type, and who or what they mean: a fixed town, and a score that may not fall."""

import csv
import sys
from pathlib import Path

import pytest

from accounts.models import User
from appointments.services.indexing import renew_due
from clinics.models import Clinic
from directory.finding import Search
from directory.queries import Wanted
from directory.words import understand
from doctors.models import Doctor, DoctorSpecialty, Specialty
from doctors.services.catalogue import load_specialties
from tests.conftest import NOW
from tests.factories import CityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
HERE = Path(__file__).parent
GOOD_ENOUGH = 0.95
CITIES = {
    "quito": ("Quito", "Pichincha", "EC", 1_400_000),
    "guayaquil": ("Guayaquil", "Guayas", "EC", 2_700_000),
    "cuenca": ("Cuenca", "Azuay", "EC", 330_000),
    "loja": ("Loja", "Loja", "EC", 170_000),
    "bogota": ("Bogotá", "Bogotá", "CO", 7_400_000),
    "medellin": ("Medellín", "Antioquia", "CO", 2_500_000),
    "lima": ("Lima", "Lima", "PE", 9_000_000),
    "leon": ("León", "Guanajuato", "MX", 1_500_000),
    "santiago": ("Santiago", "Metropolitana", "CL", 5_000_000),
    "la-paz": ("La Paz", "La Paz", "BO", 800_000),
    "buenos-aires": ("Buenos Aires", "Buenos Aires", "AR", 2_900_000),
    "ciudad-de-mexico": ("Ciudad de México", "Ciudad de México", "MX", 9_200_000),
    # Nobody works there, and people are called so.
    "vera": ("Vera", "Santa Fe", "AR", 20_000),
    "molina": ("Molina", "Maule", "CL", 28_000),
    "cuenca-es": ("Cuenca", "Castilla-La Mancha", "ES", 54_000),
    "la-carolina": ("La Carolina", "Jaén", "ES", 15_000),
    "guadalupe": ("Guadalupe", "Nuevo León", "MX", 640_000),
    "miraflores": ("Miraflores", "Boyacá", "CO", 9_000),
}


def rows(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build_town():
    """Sixty doctors in a dozen statements."""
    load_specialties()
    cities = {
        slug: CityFactory(slug=slug, name=name, region=region, country=country, population=n)
        for slug, (name, region, country, n) in CITIES.items()
    }
    town = rows("town.csv")
    users = User.objects.bulk_create(
        User(email=f"{row['slug']}@ejemplo.test", is_doctor=True) for row in town
    )
    doctors = Doctor.objects.bulk_create(
        Doctor(
            user=user, is_published=True,
            **{n: row[n] for n in ("slug", "title", "first_names", "last_names")},
        )
        for user, row in zip(users, town, strict=True)
    )  # fmt: skip
    known = {s.slug: s for s in Specialty.objects.all()}
    DoctorSpecialty.objects.bulk_create(
        DoctorSpecialty(doctor=doctor, specialty=known[row["specialty"]])
        for doctor, row in zip(doctors, town, strict=True)
    )
    Clinic.objects.bulk_create(
        Clinic(
            doctor=doctor, name=row["clinic"], address=row["address"], city=cities[row["city"]],
            country=cities[row["city"]].country, latitude="-0.18", longitude="-78.48",
            zone="America/Guayaquil",
        )
        for doctor, row in zip(doctors, town, strict=True)
    )  # fmt: skip


def trouble_with(row):
    """What is wrong with the answer, or nothing."""
    wanted = understand(q=row["q"], specialty_slug="", place=row["lugar"])
    first = wanted.specialties[0].slug if wanted.specialties else ""
    if row["specialty"] and first not in row["specialty"].split("|"):
        return f"{first or 'no specialty'} instead of {row['specialty']}"
    if row["city"] and (wanted.city is None or wanted.city.slug != row["city"]):
        return f"{wanted.city} instead of {row['city']}"
    if row["doctor"]:
        hits = Search(Wanted(**vars(wanted)), NOW)[: int(row["within"])]
        slugs = Doctor.objects.in_bulk([hit.doctor_id for hit in hits])
        shown = [slugs[hit.doctor_id].slug for hit in hits]
        if row["doctor"] not in shown:
            return f"{shown} instead of {row['doctor']}"
    return ""


def test_relevance(capsys):
    build_town()
    renew_due(clock=lambda: NOW)
    asked = rows("relevance.csv")
    assert len(asked) >= 130
    troubles = {
        f"{row['q']} / {row['lugar']}": trouble for row in asked if (trouble := trouble_with(row))
    }
    score = 1 - len(troubles) / len(asked)
    with capsys.disabled():
        lines = [f"{words}: {trouble}" for words, trouble in troubles.items()]
        sys.stdout.write("\n".join([f"\nrelevance: {score:.3f} of {len(asked)}", *lines, ""]))
    assert score >= GOOD_ENOUGH
