from decimal import Decimal

import pytest

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
