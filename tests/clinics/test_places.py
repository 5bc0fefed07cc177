from decimal import Decimal

import pytest

from clinics.forms.support import ClinicForm
from clinics.models import Clinic
from clinics.services.places import nearest_city
from tests.factories import CityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cities():
    return [
        CityFactory(),
        CityFactory(slug="puerto-ayora", name="Puerto Ayora", latitude=Decimal("-0.74018"),
                    longitude=Decimal("-90.31380"), zone="Pacific/Galapagos"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("latitude", "longitude", "slug"),
    [("-0.18", "-78.48", "quito"), ("-0.90", "-89.61", "puerto-ayora"), ("-1.8", "-80.0", "quito")],
)
def test_nearest_city_is_the_nearest_one(cities, latitude, longitude, slug):
    found = nearest_city(latitude=Decimal(latitude), longitude=Decimal(longitude))
    assert found.slug == slug


def test_nearest_city_is_none_in_the_middle_of_the_sea(cities):
    assert nearest_city(latitude=Decimal(-40), longitude=Decimal(-130)) is None


def form_of(dr_chen, city, **changes):
    data = {
        "doctor": dr_chen.pk, "name": "Isla", "address": "Malecón", "city": city.pk,
        "country": "EC", "latitude": "-0.74", "longitude": "-90.31", "zone": "",
        "slot_minutes": 30, "buffer_before": 0, "buffer_after": 0, "min_notice_minutes": 0,
        "cancellation_notice_minutes": 0, "currency": "USD", "is_active": "on", **changes,
    }  # fmt: skip
    return ClinicForm(data)


def test_clinic_form_derives_the_zone_from_the_point(cities, dr_chen):
    form = form_of(dr_chen, cities[0])
    assert form.is_valid(), form.errors
    form.save()
    assert Clinic.objects.get().zone == "Pacific/Galapagos"


def test_clinic_form_keeps_a_corrected_zone(cities, dr_chen):
    form = form_of(dr_chen, cities[0], zone="America/Guayaquil")
    form.save()
    assert Clinic.objects.get().zone == "America/Guayaquil"


def test_clinic_form_refuses_an_impossible_zone_and_point(cities, dr_chen):
    assert "zone" in form_of(dr_chen, cities[0], zone="america/guayaquil").errors
    form = form_of(dr_chen, cities[0], zone="Mars/Olympus", latitude="91")
    assert not form.is_valid()
    text = str(form.errors)
    assert "Elija una zona horaria de la lista." in text
    assert "Ese punto no existe" in text
