"""A new consultorio."""

import pytest
from django.urls import reverse

from clinics.models import Clinic
from clinics.services.clinics import MOST_CLINICS
from tests.factories import CityFactory, ClinicFactory

pytestmark = pytest.mark.django_db
NEW = reverse("portal:clinic_new")
GOOD = {
    "name": "Cumbayá", "address": "Av. Interoceánica", "city_search": "", "city": "quito",
    "latitude": "-0.2", "longitude": "-78.43", "zone": "", "phone": "", "directions": "",
}  # fmt: skip


@pytest.fixture
def ana(as_, dr_chen):
    CityFactory()
    return as_(dr_chen.user)


def test_new_clinic_leads_to_its_hours(ana, dr_chen):
    response = ana.post(NEW, GOOD)
    clinic = Clinic.objects.get()
    assert response.url == reverse("portal:hours", args=[clinic.public_id])
    assert (clinic.doctor, clinic.name, clinic.zone) == (dr_chen, "Cumbayá", "America/Guayaquil")
    assert "Agregamos el consultorio." in ana.get(response.url).content.decode()


def test_new_clinic_as_a_step_leads_on(ana):
    response = ana.post(f"{NEW}?paso=consultorio", GOOD)
    assert response.url == f"{reverse('portal:next_step')}?tras=consultorio"


def test_new_clinic_posted_twice_is_one(ana):
    assert ana.post(NEW, GOOD).url == ana.post(NEW, GOOD).url
    assert Clinic.objects.count() == 1


def test_search_without_a_script_changes_nothing_and_keeps_what_was_typed(ana):
    response = ana.post(NEW, {**GOOD, "name": "", "city": "", "city_search": "Qui", "search": "1"})
    html = response.content.decode()
    assert response.status_code == 200
    assert "Hay un problema" not in html
    assert 'value="Av. Interoceánica"' in html
    assert 'value="quito"' in html
    assert "Pichincha, Ecuador" in html
    assert Clinic.objects.count() == 0


@pytest.mark.parametrize("city_search", ["", "quito"])
def test_enter_saves_when_there_is_no_city_to_look_for(ana, city_search):
    """It presses the first button of the page, which looks for cities."""
    response = ana.post(NEW, {**GOOD, "city_search": city_search, "search": "1"})
    assert response.status_code == 302
    assert Clinic.objects.count() == 1


def test_search_of_another_city_than_the_chosen_one(ana):
    CityFactory(slug="guayaquil", name="Guayaquil")
    response = ana.post(NEW, {**GOOD, "city_search": "guaya", "search": "1"})
    html = response.content.decode()
    assert response.status_code == 200
    assert html.index('value="quito"') < html.index('value="guayaquil"')
    assert Clinic.objects.count() == 0


@pytest.mark.parametrize("zone", ["Marte/Olimpo", "../../etc/passwd", "x" * 10_000, "\x00"])
def test_search_beside_an_unknown_zone(ana, zone):
    data = {**GOOD, "city": "", "city_search": "qui", "zone": zone, "search": "1"}
    assert ana.post(NEW, data).status_code == 200


def test_search_in_vain_says_so(ana):
    response = ana.post(NEW, {**GOOD, "city": "", "city_search": "zzzz", "search": "1"})
    assert "No encontramos esa ciudad." in response.content.decode()


def test_errors_keep_what_was_typed(ana):
    response = ana.post(NEW, {**GOOD, "name": "", "latitude": "norte"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Complete «Nombre del consultorio»." in html
    assert "Escriba grados con decimales, por ejemplo -0.18065." in html
    assert 'value="norte"' in html
    assert 'value="Av. Interoceánica"' in html


def test_one_clinic_too_many(ana, dr_chen):
    for number in range(MOST_CLINICS):
        ClinicFactory(doctor=dr_chen, name=f"Consultorio {number}", hours=[])
    response = ana.post(NEW, GOOD)
    assert response.status_code == 409
    assert "Ya tiene el máximo de consultorios." in response.content.decode()
    assert Clinic.objects.count() == MOST_CLINICS


def test_only_pages_with_a_map_may_ask_the_tile_server(ana, settings):
    policy = ana.get(NEW)["Content-Security-Policy"]
    assert "img-src 'self' data: https://tile.openstreetmap.org;" in f"{policy};"
    assert "tile" not in ana.get(reverse("portal:clinics"))["Content-Security-Policy"]
    settings.LEAFLET_CONFIG = {
        "TILES": "https://{s}.tiles.test/{z}/{x}/{y}.png",
        "ATTRIBUTION": "T",
    }
    assert "https://*.tiles.test" in ana.get(NEW)["Content-Security-Policy"]
    settings.LEAFLET_CONFIG = {"TILES": "", "ATTRIBUTION": ""}
    page = ana.get(NEW)
    assert "tile" not in page["Content-Security-Policy"]
    assert "Contornos: Natural Earth" in page.content.decode()


def test_new_clinic_is_for_doctors(as_, client, ana, carla, alice):
    for user in (carla, alice):
        assert as_(user).get(NEW).status_code == 404
        assert as_(user).post(NEW, GOOD).status_code == 404
    assert client.post(NEW, GOOD).url == f"/cuenta/login/?next={NEW}"
    assert ana.put(NEW).status_code == 405
