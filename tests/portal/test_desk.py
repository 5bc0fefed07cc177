"""People with several agendas, and the choice between them."""

import uuid

import pytest
from django.urls import reverse

from clinics.models import Assistant
from tests.factories import AppointmentFactory, AssistantFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("portal:desk")
AGENDA = reverse("portal:agenda")


@pytest.fixture
def diaz_clinic(dr_diaz):
    return ClinicFactory(doctor=dr_diaz, name="El Batán")


@pytest.fixture
def both(carla, dr_diaz, diaz_clinic):
    """Carla works for Ana and for José."""
    AssistantFactory(doctor=dr_diaz, user=carla, clinics=[diaz_clinic])
    return carla


def test_desk_lists_the_agendas_of_a_person(as_, both):
    html = as_(both).get(PAGE).content.decode()
    first, second = html.split("<article")[1:]
    assert ("Dra. Ana Molina Paz" in first, "Está aquí" in first) == (True, True)
    assert ("Dr. José Díaz" in second, "El Batán" in second) == (True, True)


def test_desk_changes_the_agenda(frozen, as_, both, visit, diaz_clinic, dr_diaz):
    AppointmentFactory(clinic=diaz_clinic, patient=PatientFactory(first_names="Zoila"))
    client = as_(both)
    assert "Alicia" in client.get(AGENDA).content.decode()
    assert client.post(PAGE, {"doctor": dr_diaz.public_id}).url == AGENDA
    html = client.get(AGENDA).content.decode()
    assert ("Alicia" in html, "Zoila" in html) == (False, True)
    assert "Cambiar de agenda" in html
    assert client.get(reverse("portal:visit", args=[visit.public_id])).status_code == 404


def test_desk_of_a_doctor_who_is_stopped_is_gone_and_the_other_one_stays(
    frozen, as_, both, dr_diaz, stop
):
    client = as_(both)
    client.post(PAGE, {"doctor": dr_diaz.public_id})
    stop(dr_diaz.user)
    html = client.get(PAGE).content.decode()
    assert ("Dra. Ana Molina Paz" in html, "Dr. José Díaz" in html) == (True, False)
    assert client.post(PAGE, {"doctor": dr_diaz.public_id}).status_code == 404
    html = client.get(AGENDA).content.decode()
    assert ("La Carolina" in html, "El Batán" in html) == (True, False)


def test_reception_of_nobody_but_a_stopped_doctor_is_told_so(
    frozen, as_, carla, bob, visit, dr_chen, stop
):
    stop(dr_chen.user)
    client = as_(carla)
    others = [PAGE, reverse("portal:visit", args=[visit.public_id]), reverse("portal:profile")]
    assert client.get(AGENDA).url == reverse("home")
    told = "Por ahora no atiende ninguna agenda."
    assert told in client.get(reverse("home")).content.decode()
    assert [client.get(page).status_code for page in others] == [404] * 3
    assert as_(bob).get(AGENDA).status_code == 404
    stop(dr_chen.user, False)
    assert client.get(AGENDA).status_code == 200


def test_desk_of_a_doctor_who_helps_another(as_, dr_chen, dr_diaz, diaz_clinic, clinic):
    AssistantFactory(doctor=dr_diaz, user=dr_chen.user, clinics=[diaz_clinic])
    dr_chen.user.is_assistant = True
    dr_chen.user.save()
    client = as_(dr_chen.user)
    assert "Su propia agenda" in client.get(PAGE).content.decode()
    client.post(PAGE, {"doctor": dr_diaz.public_id})
    assert "Dr. José Díaz" in client.get(AGENDA).content.decode()
    # What only a doctor does is done at one's own desk, wherever one sits.
    assert client.get(reverse("portal:team")).status_code == 200
    assert not Assistant.objects.filter(doctor=dr_chen).exists()


def test_desk_of_somebody_else_is_as_absent(as_, carla, dr_diaz, clinic):
    client = as_(carla)
    for wrong in (dr_diaz.public_id, uuid.uuid4(), "", "\x00", "x" * 9999):
        assert client.post(PAGE, {"doctor": wrong}).status_code in (400, 404)
    assert "Dra. Ana Molina Paz" in client.get(AGENDA).content.decode()


def test_desk_that_ended_gives_way_to_the_other(as_, both, dr_diaz, now):
    client = as_(both)
    client.post(PAGE, {"doctor": dr_diaz.public_id})
    Assistant.objects.filter(doctor=dr_diaz).update(ended_at=now)
    assert "Dra. Ana Molina Paz" in client.get(AGENDA).content.decode()


def test_one_agenda_offers_no_change(as_, carla):
    assert "Cambiar de agenda" not in as_(carla).get(AGENDA).content.decode()


def test_desk_is_closed_to_everybody_else(client, as_, alice, erin):
    assert client.get(PAGE).url == f"/cuenta/login/?next={PAGE}"
    for somebody in (alice, erin):
        assert as_(somebody).get(PAGE).status_code == 404


def test_desk_answers_other_methods_405(as_, carla):
    assert as_(carla).put(PAGE).status_code == 405
