"""Name, place and point of a consultorio."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from clinics.forms.place import PlaceForm
from core.models import Event
from tests.factories import CityFactory, ClinicFactory

pytestmark = pytest.mark.django_db


def page_of(clinic):
    return reverse("portal:clinic", args=[clinic.public_id])


def typed(clinic, **changed):
    values = {name: str(value) for name, value in PlaceForm.initial_of(clinic).items()}
    return {**values, "city_search": "", **changed}


@pytest.fixture
def galapagos():
    return CityFactory(
        slug="puerto-ayora", name="Puerto Ayora", zone="Pacific/Galapagos",
        latitude=Decimal("-0.74"), longitude=Decimal("-90.31"),
    )  # fmt: skip


def test_clinic_shows_where_it_is(as_, dr_chen, clinic):
    html = as_(dr_chen.user).get(page_of(clinic)).content.decode()
    assert 'value="La Carolina"' in html
    assert 'value="-0.18000"' in html
    assert "data-db-map" in html
    assert "/static/map/outlines.json" in html


def test_clinic_is_saved(frozen, as_, dr_chen, clinic):
    ana = as_(dr_chen.user)
    data = typed(clinic, name="La Carolina 2", latitude="-0.19", directions="Piso 3")
    response = ana.post(page_of(clinic), data)
    assert response.url == page_of(clinic)
    clinic.refresh_from_db()
    assert (clinic.name, clinic.latitude, clinic.directions, clinic.zone) == (
        "La Carolina 2", Decimal("-0.19000"), "Piso 3", "America/Guayaquil",
    )  # fmt: skip
    event = Event.objects.get(name="clinic.place_changed")
    assert (event.subject_id, event.data) == (clinic.public_id, {})


def test_another_zone_asks_first_what_becomes_of_the_visits(
    frozen, as_, dr_chen, clinic, visit, galapagos
):
    data = typed(clinic, city="puerto-ayora", latitude="", longitude="")
    response = as_(dr_chen.user).post(page_of(clinic), data)
    html = response.content.decode()
    assert response.status_code == 200
    assert "Este cambio toca 1 cita" in html
    assert "Alicia Vera" in html
    clinic.refresh_from_db()
    assert clinic.zone == "America/Guayaquil"


def test_another_zone_moves_the_hours(frozen, as_, dr_chen, clinic, galapagos):
    data = typed(clinic, city="puerto-ayora", latitude="", longitude="")
    assert as_(dr_chen.user).post(page_of(clinic), data).status_code == 302
    clinic.refresh_from_db()
    assert (clinic.city, clinic.zone) == (galapagos, "Pacific/Galapagos")


def test_errors_are_shown_and_nothing_is_saved(as_, dr_chen, clinic):
    response = as_(dr_chen.user).post(page_of(clinic), typed(clinic, name="", longitude="x"))
    assert response.status_code == 422
    assert "Complete «Nombre del consultorio»." in response.content.decode()
    clinic.refresh_from_db()
    assert clinic.name == "La Carolina"


def test_visits_keep_their_instant_when_only_the_name_changes(frozen, as_, dr_chen, clinic, visit):
    assert as_(dr_chen.user).post(page_of(clinic), typed(clinic, name="Otra")).status_code == 302
    visit.refresh_from_db()
    assert visit.starts_at == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def test_clinic_of_somebody_else_is_404(as_, client, dr_diaz, carla, alice, clinic, dr_chen):
    data = typed(clinic, name="Robado")
    for user in (dr_diaz.user, carla, alice):
        assert as_(user).get(page_of(clinic)).status_code == 404
        assert as_(user).post(page_of(clinic), data).status_code == 404
    assert client.get(page_of(clinic)).url == f"/cuenta/login/?next={page_of(clinic)}"
    absent = reverse("portal:clinic", args=[uuid.uuid4()])
    assert as_(dr_chen.user).get(absent).status_code == 404
    assert as_(dr_chen.user).put(page_of(clinic)).status_code == 405
    clinic.refresh_from_db()
    assert clinic.name == "La Carolina"


def test_clinic_that_is_archived_is_not_edited(frozen, as_, dr_chen):
    gone = ClinicFactory(doctor=dr_chen, is_active=False, archived_at=frozen)
    for name in ("clinic", "hours", "dates", "booking_rules"):
        page = reverse(f"portal:{name}", args=[gone.public_id])
        assert as_(dr_chen.user).get(page).status_code == 404
