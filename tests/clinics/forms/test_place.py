"""Where a consultorio is: a city of the gazetteer, a point, and the zone that follows it."""

from decimal import Decimal

import pytest

from clinics.forms.place import CityForm, DegreesField, PlaceForm
from clinics.models import City
from tests.factories import CityFactory, ClinicFactory

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "Cumbayá", "address": "Av. Interoceánica y Pampite", "city_search": "quito",
    "city": "quito", "latitude": "-0,20123456", "longitude": " -78.43 ", "zone": "",
    "phone": "02 223 4567", "directions": "Torre 2",
}  # fmt: skip


@pytest.fixture
def cities():
    CityFactory()
    CityFactory(slug="quito-pe", name="Quito Arma", country="PE", region="Ica", population=1200,
                latitude=Decimal("-13.6"), longitude=Decimal("-75.2"),
                zone="America/Lima")  # fmt: skip
    CityFactory(slug="guayaquil", name="Guayaquil", region="Guayas", population=2_723_665,
                latitude=Decimal("-2.19616"), longitude=Decimal("-79.88621"))  # fmt: skip
    CityFactory(slug="puerto-ayora", name="Puerto Ayora", region="Galápagos", population=18_000,
                latitude=Decimal("-0.74"), longitude=Decimal("-90.31"),
                zone="Pacific/Galapagos")  # fmt: skip


def errors(**changed):
    return PlaceForm({**GOOD, **changed}).errors


def test_place_is_read(cities):
    form = PlaceForm(GOOD)
    assert form.is_valid(), form.errors
    place = form.place
    assert place.columns == {
        "name": "Cumbayá", "address": "Av. Interoceánica y Pampite",
        "city": City.objects.get(slug="quito"), "country": "EC",
        "latitude": Decimal("-0.20123"), "longitude": Decimal("-78.43000"),
        "zone": "America/Guayaquil", "phone": "+59322234567", "directions": "Torre 2",
    }  # fmt: skip


def test_cities_are_found_by_how_they_begin(cities):
    found = CityForm(initial={"city_search": "QUITÓ"})
    assert [city.slug for city in found.matches] == ["quito", "quito-pe"]
    assert [c.slug for c in CityForm(initial={"city_search": "quito, ica"}).matches] == ["quito-pe"]
    assert [c.slug for c in CityForm(initial={"city_search": "gwayaquil"}).matches] == ["guayaquil"]


@pytest.mark.parametrize("typed", ["", "q", "zzzzzz", "%", "q" * 10_000, "qui\x00to", "___"])
def test_cities_that_nobody_finds(cities, typed):
    assert CityForm(initial={"city_search": typed}).matches == []


def test_city_chosen_before_stays_in_the_list(cities):
    form = CityForm(initial={"city_search": "guayaquil", "city": "quito"})
    assert [slug for slug, _name in form.fields["city"].choices] == ["quito", "guayaquil"]


def test_radios_tell_the_map_where_their_city_is(cities):
    html = str(CityForm(initial={"city_search": "puerto"})["city"])
    assert 'data-db-point="-0.74000,-90.31000"' in html


@pytest.mark.parametrize(
    ("city", "error"),
    [
        ("", "Busque su ciudad y elíjala en la lista."),
        ("atlantis", "Elija una de las opciones de la lista."),
        ("qui\x00to", "Elija una de las opciones de la lista."),
    ],
)
def test_city_must_be_chosen(cities, city, error):
    assert errors(city=city, phone="") == {"city": [error]}


def test_city_searched_but_not_chosen(cities):
    assert errors(city_search="guayaquil") == {
        "city": ["Elija la ciudad que buscó, o borre lo que escribió."]
    }
    assert errors(city_search="") == {}


def test_point_left_empty_is_the_citys(cities):
    form = PlaceForm({**GOOD, "latitude": "", "longitude": ""})
    assert form.is_valid(), form.errors
    assert (form.place.latitude, form.place.longitude) == (
        Decimal("-0.22985"),
        Decimal("-78.52495"),
    )


def test_half_a_point(cities):
    both = ["Escriba la latitud y la longitud, o deje las dos vacías."]
    assert errors(latitude="") == {"latitude": both}
    assert errors(longitude="") == {"longitude": both}


def test_point_of_another_city(cities):
    assert errors(city="guayaquil", city_search="") == {
        "latitude": [
            "El punto está a 275 km de Guayaquil. Corríjalo, o deje vacías la latitud y la"
            " longitud para ponerlo en el centro de la ciudad."
        ]
    }


@pytest.mark.parametrize(
    "typed", ["norte", "1e400", "NaN", "-inf", "9" * 400, "٣", "91", "-90.00001", "1 2", "\x00"]
)
def test_latitude_refuses(cities, typed):
    assert list(errors(latitude=typed)) == ["latitude"]


def test_degrees_are_read_as_they_are_copied():
    field = DegreesField(most=180)
    assert field.clean("−78,4845678901") == Decimal("-78.48457")


def test_zone_follows_the_point(cities):
    form = PlaceForm({**GOOD, "city": "puerto-ayora", "city_search": "", "latitude": "-0.75",
                      "longitude": "-90.3"})  # fmt: skip
    assert form.is_valid(), form.errors
    assert form.place.zone == "Pacific/Galapagos"


def test_zone_of_the_country_may_be_chosen(cities):
    form = PlaceForm({**GOOD, "zone": "Pacific/Galapagos"})
    assert form.is_valid(), form.errors
    assert form.place.zone == "Pacific/Galapagos"
    assert list(errors(zone="Europe/Madrid")) == ["zone"]


def test_place_of_a_clinic_is_shown_and_read_alike(cities):
    clinic = ClinicFactory(phone="+59322234567", directions="Torre 2", zone="Pacific/Galapagos")
    shown = PlaceForm.initial_of(clinic)
    assert shown["zone"] == "Pacific/Galapagos"
    form = PlaceForm({k: str(v) for k, v in shown.items()}, initial=shown)
    assert form.is_valid(), form.errors
    assert {k: str(v) for k, v in form.place.columns.items()} == {
        k: str(getattr(clinic, k)) for k in form.place.columns
    }
