"""One assistant: clinics, a new mail, the end."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from clinics.models import Assistant
from clinics.services import reception
from core.models import Event
from notifications.models import Message
from notifications.services.planning import plan_messages
from tests.appointments.wishes import wish_of
from tests.factories import AssistantFactory, ClinicFactory

pytestmark = pytest.mark.django_db
PAGES = ("portal:team_member", "portal:team_resend", "portal:team_end")


@pytest.fixture
def member(carla):
    return Assistant.objects.get(user=carla)


@pytest.fixture
def invited(dr_chen, clinic, now):
    return reception.invite_assistant(
        doctor=dr_chen, name="Marcos Ríos", email="marcos@ejemplo.test", clinics=[clinic],
        by=dr_chen.user, now=now,
    )  # fmt: skip


@pytest.fixture
def other(dr_chen, clinic):
    return ClinicFactory(doctor=dr_chen, name="Cumbayá")


def page(name, member):
    return reverse(f"portal:{name}", args=[member.public_id])


# team_member ----------------------------------------------------------------------------------


def test_team_member_shows_the_account_behind_the_name(as_, dr_chen, member, other):
    html = as_(dr_chen.user).get(page("team_member", member)).content.decode()
    for fact in ("Carla Jiménez", "carla@ejemplo.test", "Luis Andrade", "1 de noviembre de 2026"):
        assert fact in html
    assert html.count("checked") == 1
    assert "Enviar otra vez" not in html


def test_team_member_shows_how_long_an_invitation_lives(frozen, as_, dr_chen, invited):
    html = as_(dr_chen.user).get(page("team_member", invited)).content.decode()
    assert "Enviada el 23 de noviembre de 2026; vence el 23 de diciembre de 2026" in html
    assert "Enviar otra vez la invitación" in html


def test_team_member_changes_clinics(as_, dr_chen, member, other):
    answer = as_(dr_chen.user).post(page("team_member", member), {"clinics": [other.public_id]})
    assert answer.url == reverse("portal:team")
    assert list(member.clinics.all()) == [other]


def test_team_member_chooses_what_is_told(frozen, as_, dr_chen, member, clinic):
    client = as_(dr_chen.user)
    typed = {"clinics": [clinic.public_id], "notices": ["digest", "new"]}
    answer = client.post(page("team_member", member), typed, follow=True)
    assert "Guardamos los cambios." in answer.content.decode()
    member.refresh_from_db()
    assert member.notices == ["new", "digest"]
    html = client.get(page("team_member", member)).content.decode()
    assert html.count("checked") == 3
    client.post(page("team_member", member), {"clinics": [clinic.public_id]})
    member.refresh_from_db()
    assert member.notices == []
    assert [event.data for event in Event.objects.order_by("pk")] == [
        {"notices": ["new", "digest"]},
        {"notices": []},
    ]


def test_what_was_chosen_is_what_comes(frozen, as_, dr_chen, member, clinic, alice, slot):
    typed = {"clinics": [clinic.public_id], "notices": ["new"]}
    as_(dr_chen.user).post(page("team_member", member), typed)
    visit = book_appointment(request=wish_of(alice, clinic, slot), now=frozen)
    cancel_appointment(appointment=visit, actor=alice, status="cancelled_patient", now=frozen)
    plan_messages(now=frozen)
    told = Message.objects.filter(recipient=member.user)
    assert sorted(told.values_list("kind", "channel")) == [("booked", "email"), ("booked", "inbox")]


@pytest.mark.parametrize("wrong", [["all"], ["new", "x"], ["\x00"]])
def test_team_member_tells_nothing_that_there_is_not(as_, dr_chen, member, clinic, wrong):
    typed = {"clinics": [clinic.public_id], "notices": wrong}
    assert as_(dr_chen.user).post(page("team_member", member), typed).status_code == 422
    member.refresh_from_db()
    assert member.notices == []


def test_team_member_needs_a_clinic(as_, dr_chen, member, clinic):
    for wrong in ([], [uuid.uuid4()], [ClinicFactory().public_id]):
        answer = as_(dr_chen.user).post(page("team_member", member), {"clinics": wrong})
        assert answer.status_code == 422
    assert list(member.clinics.all()) == [clinic]


# team_resend ----------------------------------------------------------------------------------


def test_team_resend_sends_a_new_link(as_, dr_chen, invited, now):
    with time_machine.travel(now + timedelta(minutes=11), tick=False):
        answer = as_(dr_chen.user).post(page("team_resend", invited), follow=True)
    assert answer.redirect_chain == [(reverse("portal:team"), 302)]
    assert "Enviamos otra vez la invitación a marcos@ejemplo.test." in answer.content.decode()
    assert Event.objects.filter(name="invitation.sent").count() == 2


def test_team_resend_shows_refusals(frozen, as_, dr_chen, invited, member):
    for somebody, refusal in (
        (invited, reception.JustInvited),
        (member, reception.AlreadyAssistant),
    ):
        answer = as_(dr_chen.user).post(page("team_resend", somebody))
        assert answer.status_code == 409
        assert str(refusal.message) in answer.content.decode()


def test_team_resend_is_no_page(as_, dr_chen, invited):
    assert as_(dr_chen.user).get(page("team_resend", invited)).status_code == 405


# team_end -------------------------------------------------------------------------------------


def test_team_end_asks_first(as_, dr_chen, member, invited):
    client = as_(dr_chen.user)
    assert (
        "¿Quitar el acceso a Carla Jiménez?"
        in client.get(page("team_end", member)).content.decode()
    )
    html = client.get(page("team_end", invited)).content.decode()
    assert "¿Retirar la invitación de Marcos Ríos?" in html
    assert Assistant.objects.current().count() == 2


def test_team_end_closes_the_agenda_at_the_next_request(as_, dr_chen, member, carla):
    desk = as_(carla)
    assert desk.get(reverse("portal:agenda")).status_code == 200
    answer = as_(dr_chen.user).post(page("team_end", member), follow=True)
    assert "Carla Jiménez ya no puede ver su agenda." in answer.content.decode()
    assert desk.get(reverse("portal:agenda")).status_code == 404


def test_team_end_twice_is_harmless(as_, dr_chen, member):
    client = as_(dr_chen.user)
    for _time in range(2):
        assert client.post(page("team_end", member)).url == reverse("portal:team")
    assert client.get(page("team_end", member)).url == reverse("portal:team")
    assert Event.objects.filter(name="assistant.ended").count() == 1


def test_team_end_leaves_no_page_of_who_left(as_, dr_chen, member):
    client = as_(dr_chen.user)
    client.post(page("team_end", member))
    assert client.get(page("team_member", member)).status_code == 404
    assert client.post(page("team_resend", member)).status_code == 404


# Whose ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_people_of_another_doctor_are_as_absent(as_, dr_diaz, member, name):
    client = as_(dr_diaz.user)
    for public_id in (member.public_id, uuid.uuid4()):
        assert client.post(reverse(name, args=[public_id])).status_code == 404
    assert Assistant.objects.current().count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_reception_and_strangers_get_404(client, as_, alice, carla, member, name):
    address = reverse(name, args=[member.public_id])
    assert client.post(address).url == f"/cuenta/login/?next={address}"
    for somebody in (alice, carla):
        assert as_(somebody).post(address).status_code == 404
    assert Assistant.objects.current().count() == 1


def test_an_assistant_of_two_doctors_changes_nobody(as_, carla, dr_diaz, member):
    AssistantFactory(doctor=dr_diaz, user=carla, clinics=[ClinicFactory(doctor=dr_diaz)])
    assert as_(carla).get(reverse("portal:team")).status_code == 404
    assert as_(carla).post(page("team_end", member)).status_code == 404
