"""A consultorio comes into being."""

from decimal import Decimal

import pytest

from clinics.models import Clinic
from clinics.refusals import TooManyClinics
from clinics.services.clinics import MOST_CLINICS, Place, add_clinic
from core.models import Event
from tests.factories import CityFactory, ClinicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return Place(
        name="Cumbayá", address="Av. Interoceánica", city=CityFactory(),
        latitude=Decimal("-0.2"), longitude=Decimal("-78.43"), zone="America/Guayaquil",
    )  # fmt: skip


def add(doctor, place, now):
    return add_clinic(doctor=doctor, place=place, actor=doctor.user, now=now)


def test_clinic_begins_without_hours(dr_chen, place, now):
    clinic = add(dr_chen, place, now)
    assert (clinic.doctor, clinic.name, clinic.country.code) == (dr_chen, "Cumbayá", "EC")
    assert (clinic.currency, clinic.is_active, clinic.created_at) == ("USD", True, now)
    assert clinic.opening_hours.count() == 0
    event = Event.objects.get(name="clinic.added")
    assert (event.subject_id, event.actor_id, event.data) == (
        clinic.public_id, dr_chen.user.pk, {},
    )  # fmt: skip


def test_clinic_posted_twice_is_one(dr_chen, place, now):
    assert add(dr_chen, place, now) == add(dr_chen, place, now)
    assert Clinic.objects.count() == 1
    assert Event.objects.filter(name="clinic.added").count() == 1


def test_clinic_takes_the_money_of_its_country(dr_chen, place, now):
    city = CityFactory(slug="bogota", name="Bogotá", country="CO")
    clinic = add(dr_chen, Place(**{**vars(place), "city": city}), now)
    assert (clinic.country.code, clinic.currency) == ("CO", "COP")


def test_clinics_are_counted(dr_chen, place, now):
    for number in range(MOST_CLINICS):
        ClinicFactory(doctor=dr_chen, name=f"Consultorio {number}", hours=[])
    with pytest.raises(TooManyClinics):
        add(dr_chen, place, now)
    dr_chen.clinics.filter(name="Consultorio 0").update(is_active=False, archived_at=now)
    assert add(dr_chen, place, now).name == "Cumbayá"
