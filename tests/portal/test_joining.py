"""An assistant's invitation, from its link to the doctor's agenda."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.invitations import VALID_FOR, token_of
from accounts.services import InvitationClosed
from clinics.models import Assistant
from clinics.services.reception import (
    accept_assistant,
    end_assistant,
    invite_again,
    invite_assistant,
)
from core.models import Event
from tests.accounts.test_signup import mailed_code
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
EMAIL = "marta@ejemplo.test"


@pytest.fixture
def assistant(dr_chen, clinic, now):
    return invite_assistant(
        doctor=dr_chen, name="Marta Luna", email=EMAIL, clinics=[clinic], by=dr_chen.user, now=now
    )


@pytest.fixture
def link(frozen, assistant):
    return reverse("invitation", args=[token_of(assistant.invitation)])


@pytest.fixture
def marta(db):
    return UserFactory(email=EMAIL)


def test_invitation_tells_anonymous_people_how_to_come_in(client, link):
    answer = client.get(link)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f"/cuenta/signup/?next={link}" in html
    assert f"/cuenta/login/?next={link}" in html
    for private in (EMAIL, "Marta", "La Carolina"):
        assert private not in html


def test_invitation_says_what_is_offered(as_, marta, link):
    html = as_(marta).get(link).content.decode()
    for fact in ("Dra. Ana Molina Paz le invita a su agenda", "La Carolina", EMAIL):
        assert fact in html
    marta.refresh_from_db()
    assert (marta.is_assistant, Assistant.objects.working().exists()) == (False, False)


def test_invitation_accepted_opens_the_agenda(as_, marta, link, assistant):
    client = as_(marta)
    assert client.get(reverse("portal:agenda")).status_code == 404
    assert client.post(link).url == reverse("portal:agenda")
    assistant.refresh_from_db()
    marta.refresh_from_db()
    assert (assistant.user, marta.is_assistant, marta.is_patient) == (marta, True, True)


def test_invitation_accepted_twice_is_one(as_, marta, link):
    client = as_(marta)
    for _time in range(2):
        assert client.post(link).url == reverse("portal:agenda")
    assert client.get(link).url == reverse("portal:agenda")
    assert Event.objects.filter(name="assistant.accepted").count() == 1


def test_invitation_of_another_address_is_refused(as_, bob, link, assistant):
    client = as_(bob)
    html = client.get(link).content.decode()
    assert "Esta invitación llegó a otro correo" in html
    assert "Aceptar la invitación" not in html
    assert EMAIL not in html
    answer = client.post(link)
    assert (answer.status_code, "Entre con la cuenta" in answer.content.decode()) == (409, True)
    assistant.refresh_from_db()
    assert assistant.user is None


def test_invitation_taken_by_another_account_is_closed(as_, bob, marta, link):
    as_(marta).post(link)
    bob.emailaddress_set.create(email="otra@ejemplo.test", verified=True)
    for method in ("get", "post"):
        answer = getattr(as_(bob), method)(link)
        assert answer.status_code == 404
        assert "Esta invitación ya no sirve" in answer.content.decode()


def test_invitation_called_back_ran_out_or_sent_anew_is_closed(
    as_, dr_chen, marta, link, assistant, now
):
    with time_machine.travel(now + VALID_FOR, tick=False):
        assert as_(marta).post(link).status_code == 404
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        invite_again(assistant=assistant, by=dr_chen.user, now=now + timedelta(minutes=10))
        assert as_(marta).post(link).status_code == 404
        assistant.refresh_from_db()
        fresh = reverse("invitation", args=[token_of(assistant.invitation)])
        end_assistant(assistant=assistant, by=dr_chen.user, now=now + timedelta(minutes=10))
        assert as_(marta).get(fresh).status_code == 404
    assert not Assistant.objects.working().exists()


def test_invitation_of_somebody_who_left_opens_nothing(as_, dr_chen, marta, link, assistant, now):
    client = as_(marta)
    client.post(link)
    end_assistant(assistant=assistant, by=dr_chen.user, now=now)
    for method in ("get", "post"):
        assert getattr(client, method)(link).status_code == 404
    assert client.get(reverse("portal:agenda")).status_code == 404


def test_a_new_account_comes_back_to_the_invitation(client, link, assistant):
    """The address is proved by its code, and the invitation still asks before it is taken."""
    typed = {
        "first_names": "Marta", "last_names": "Luna", "email": EMAIL, "password1": PASSWORD,
        "role": "reception", "accepts": "on", "next": link,
    }  # fmt: skip
    door = f"{reverse('account_signup')}?next={link}"
    assert f'value="{link}"' in client.get(door).content.decode()
    client.post(door, typed)
    answer = client.post(reverse("account_email_verification_sent"), {"code": mailed_code()})
    assert answer.url == link
    assert not Assistant.objects.working().exists()
    assert client.post(link).url == reverse("portal:agenda")
    user = Assistant.objects.working().get().user
    assert (user.email, user.is_patient, user.is_doctor) == (EMAIL, False, False)


def test_invitation_answers_other_methods_405(client, link):
    assert client.put(link).status_code == 405


def test_invitation_of_a_doctor_who_is_stopped_opens_nothing(
    as_, marta, link, assistant, dr_chen, stop, now
):
    stop(dr_chen.user)
    client = as_(marta)
    assert [client.get(link).status_code, client.post(link).status_code] == [404, 404]
    with pytest.raises(InvitationClosed):
        accept_assistant(invitation=assistant.invitation, user=marta, now=now)
    stop(dr_chen.user, False)
    assert client.post(link).url == reverse("portal:agenda")
