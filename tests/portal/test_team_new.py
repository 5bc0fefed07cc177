"""Inviting somebody to the reception."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from clinics.models import Assistant
from clinics.services import reception
from core.models import Event
from tests.factories import ClinicFactory, DoctorFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("portal:team_new")


@pytest.fixture
def typed(clinic):
    return {
        "name": "Marcos Ríos",
        "email": "marcos@ejemplo.test",
        "clinics": [str(clinic.public_id)],
    }


def test_team_new_invites(frozen, as_, dr_chen, clinic, typed):
    answer = as_(dr_chen.user).post(PAGE, typed, follow=True)
    assert answer.redirect_chain == [(reverse("portal:team"), 302)]
    assert "Enviamos la invitación a marcos@ejemplo.test." in answer.content.decode()
    assistant = Assistant.objects.get()
    assert (assistant.name, assistant.doctor, assistant.user) == ("Marcos Ríos", dr_chen, None)
    assert list(assistant.clinics.all()) == [clinic]
    assert [e.name for e in Event.objects.all()] == ["invitation.sent"]


def test_team_new_chooses_what_is_told(frozen, as_, dr_chen, typed):
    as_(dr_chen.user).post(PAGE, {**typed, "notices": ["moved", "new"]})
    assert Assistant.objects.get().notices == ["new", "moved"]


def test_team_new_sent_twice_invites_once(frozen, as_, dr_chen, typed):
    client = as_(dr_chen.user)
    for _time in range(2):
        assert client.post(PAGE, typed).status_code == 302
    assert (Assistant.objects.count(), Event.objects.count()) == (1, 1)


def test_team_new_says_nothing_of_accounts(frozen, as_, dr_chen, typed):
    """Whether an address has an account is nobody's business."""
    UserFactory(email="marcos@ejemplo.test")
    first = as_(dr_chen.user).post(PAGE, typed, follow=True)
    second = as_(dr_chen.user).post(PAGE, {**typed, "email": "nadie@ejemplo.test"}, follow=True)
    said = [answer.context["messages"] for answer in (first, second)]
    assert [str(m).replace("marcos", "nadie") for one in said for m in one] == [
        "Enviamos la invitación a nadie@ejemplo.test."
    ] * 2


def test_team_new_keeps_what_was_typed(as_, dr_chen, typed):
    answer = as_(dr_chen.user).post(PAGE, {"name": "Marcos Ríos", "email": "marcos@"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: Invitar a alguien" in html
    assert 'value="Marcos Ríos"' in html
    assert "Escriba el correo completo" in html
    assert "Elija al menos un consultorio." in html
    assert not Assistant.objects.exists()


def test_team_new_shows_refusals(as_, dr_chen, carla, typed, monkeypatch):
    client = as_(dr_chen.user)
    for email, sentence in (
        ("carla@ejemplo.test", reception.AlreadyAssistant.message),
        (dr_chen.user.email, reception.OwnAddress.message),
    ):
        answer = client.post(PAGE, {**typed, "email": email})
        assert (answer.status_code, str(sentence) in answer.content.decode()) == (409, True)
    client.post(PAGE, typed)
    answer = client.post(PAGE, {**typed, "name": "Otro nombre"})
    assert str(reception.AlreadyInvited.message) in answer.content.decode()
    monkeypatch.setattr(reception, "MOST_A_DAY", 1)
    answer = client.post(PAGE, {**typed, "email": "otra@ejemplo.test"})
    assert str(reception.TooManyInvitations.message) in answer.content.decode()


def test_team_new_offers_ones_own_current_clinics(frozen, as_, dr_chen, clinic, typed):
    closed = ClinicFactory(
        doctor=dr_chen, name="Cumbayá", is_active=False, archived_at=frozen - timedelta(days=1)
    )
    foreign = ClinicFactory(name="El Batán")
    client = as_(dr_chen.user)
    html = client.get(PAGE).content.decode()
    assert ("La Carolina" in html, "Cumbayá" in html, "El Batán" in html) == (True, False, False)
    for other in (closed, foreign):
        answer = client.post(PAGE, {**typed, "clinics": [str(other.public_id)]})
        assert answer.status_code == 422
    assert not Assistant.objects.exists()


def test_team_new_without_a_clinic_leads_to_one(as_):
    html = as_(DoctorFactory().user).get(PAGE).content.decode()
    assert "Primero agregue un consultorio" in html
    assert "<form class" not in html


@pytest.mark.parametrize("field", ["name", "email", "clinics"])
@pytest.mark.parametrize("value", ["\x00", "x" * 5000, "\ud800", "‮", "-1"])
def test_team_new_takes_hostile_input_calmly(as_, dr_chen, typed, field, value):
    answer = as_(dr_chen.user).post(PAGE, {**typed, field: value.encode("utf-8", "replace")})
    assert answer.status_code in (302, 400, 422)


def test_team_new_is_closed_to_everybody_else(client, as_, alice, erin, carla, typed):
    assert client.get(PAGE).url == f"/cuenta/login/?next={PAGE}"
    for somebody in (alice, erin, carla):
        assert as_(somebody).get(PAGE).status_code == 404
        assert as_(somebody).post(PAGE, typed).status_code == 404
    assert Assistant.objects.count() == 1


def test_team_new_answers_other_methods_405(as_, dr_chen):
    assert as_(dr_chen.user).put(PAGE).status_code == 405


def test_a_month_later_the_address_may_be_invited_again(as_, dr_chen, typed, now):
    client = as_(dr_chen.user)
    with time_machine.travel(now, tick=False):
        client.post(PAGE, typed)
        member = Assistant.objects.get()
        client.post(reverse("portal:team_end", args=[member.public_id]))
    with time_machine.travel(now + timedelta(days=30), tick=False):
        client = as_(dr_chen.user)
        assert client.post(PAGE, typed).status_code == 302
    assert Assistant.objects.current().count() == 1
