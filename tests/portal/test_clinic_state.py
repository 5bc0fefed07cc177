"""Pause, resume, archive and reopen a consultorio."""

import pytest
from django.urls import reverse

from core.models import Event
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db


def page_of(clinic):
    return reverse("portal:clinic_state", args=[clinic.public_id])


def post(client, clinic, state):
    response = client.post(page_of(clinic), {"state": state})
    clinic.refresh_from_db()
    return response


def test_state_says_what_each_step_does(frozen, as_, dr_chen, clinic, visit):
    html = as_(dr_chen.user).get(page_of(clinic)).content.decode()
    assert "Tiene 1 cita por venir." in html
    assert "Pausar las reservas" in html
    assert "Archivar el consultorio" in html


def test_paused_and_resumed(frozen, as_, dr_chen, clinic, visit):
    ana = as_(dr_chen.user)
    assert post(ana, clinic, "paused").url == reverse("portal:clinics")
    assert (clinic.is_active, clinic.archived_at) == (False, None)
    assert "Reanudar las reservas" in ana.get(page_of(clinic)).content.decode()
    assert post(ana, clinic, "active").status_code == 302
    assert clinic.is_active is True
    visit.refresh_from_db()
    assert visit.status == "booked"
    names = Event.objects.filter(name__startswith="clinic.").order_by("id")
    assert list(names.values_list("name", flat=True)) == ["clinic.paused", "clinic.resumed"]


def test_archived_and_reopened(frozen, as_, dr_chen, clinic):
    ana = as_(dr_chen.user)
    post(ana, clinic, "archived")
    assert (clinic.is_active, clinic.archived_at) == (False, frozen)
    assert "Volver a abrir" in ana.get(page_of(clinic)).content.decode()
    post(ana, clinic, "paused")
    assert (clinic.is_active, clinic.archived_at) == (False, None)


def test_archiving_asks_first_what_becomes_of_the_visits(frozen, as_, dr_chen, clinic, visit):
    response = post(as_(dr_chen.user), clinic, "archived")
    assert response.status_code == 200
    assert "Este cambio toca 1 cita" in response.content.decode()
    assert clinic.archived_at is None


@pytest.mark.parametrize("state", ["", "deleted", "a" * 10_000, "\x00"])
def test_unknown_states_are_refused(as_, dr_chen, clinic, state):
    response = post(as_(dr_chen.user), clinic, state)
    assert response.status_code == 422
    assert "Hay un problema" in response.content.decode()
    assert clinic.is_active is True


def test_state_of_somebody_elses_is_404(as_, client, dr_diaz, carla, alice, clinic):
    for user in (dr_diaz.user, carla, alice):
        assert as_(user).get(page_of(clinic)).status_code == 404
        assert post(as_(user), clinic, "archived").status_code == 404
    assert client.get(page_of(clinic)).url == f"/cuenta/login/?next={page_of(clinic)}"
    assert as_(dr_diaz.user).put(page_of(ClinicFactory(doctor=dr_diaz))).status_code == 405
    assert clinic.is_active is True
