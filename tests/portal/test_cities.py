"""The list of cities that the page's script asks for while one types."""

import pytest
from django.urls import reverse

from tests.factories import CityFactory

pytestmark = pytest.mark.django_db
CITIES = reverse("portal:cities")


@pytest.fixture
def ana(as_, dr_chen):
    CityFactory()
    return as_(dr_chen.user)


def test_cities_are_radios_and_are_counted_aloud(ana):
    response = ana.get(CITIES, {"city_search": "qui"})
    assert response.status_code == 200
    assert 'value="quito"' in response.content.decode()
    assert "1 ciudad en la lista." in response.content.decode()


def test_city_chosen_before_stays(ana):
    CityFactory(slug="guayaquil", name="Guayaquil")
    html = ana.get(CITIES, {"city_search": "guaya", "city": "quito"}).content.decode()
    assert html.index('value="quito"') < html.index('value="guayaquil"')
    assert html.count("checked") == 1


def test_cities_in_vain(ana):
    response = ana.get(CITIES, {"city_search": "zzzz"})
    assert "No encontramos esa ciudad." in response.content.decode()
    assert "0 ciudades en la lista." in response.content.decode()


@pytest.mark.parametrize("query", [{}, {"city_search": ""}, {"city_search": " "}])
def test_nothing_typed_finds_nothing(ana, query):
    response = ana.get(CITIES, query)
    assert response.content.decode().strip() == ""


@pytest.mark.parametrize(
    "query",
    [{"city_search": "%" * 5000}, {"city_search": "<script>"}, {"city": "x" * 5000},
     {"city_search": "quito", "city": "<script>"}],
)  # fmt: skip
def test_hostile_queries(ana, query):
    response = ana.get(CITIES, query)
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


def test_cities_are_for_doctors(as_, client, ana, carla, alice):
    for user in (carla, alice):
        assert as_(user).get(CITIES).status_code == 404
    assert client.get(CITIES).url == f"/cuenta/login/?next={CITIES}"
    assert ana.post(CITIES).status_code == 405
