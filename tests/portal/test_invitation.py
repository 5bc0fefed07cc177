"""The page behind a link that a consultorio sent."""

import pytest
from django.urls import reverse

from accounts.consents import missing
from accounts.enums import Purpose
from accounts.invitations import token_of
from accounts.legal import FOR_HEALTH
from accounts.models import Invitation
from accounts.services import create_invitation
from appointments.models import Appointment
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_link_that_was_never_ours_is_closed_to_everybody(client, as_, alice):
    address = reverse("invitation", args=["0.0"])
    for browser in (client, as_(alice)):
        for method in (browser.get, browser.post):
            answer = method(address)
            assert answer.status_code == 404
            assert "Esta invitación ya no sirve" in answer.content.decode()


def test_invitation_takes_no_other_method(client):
    assert client.put(reverse("invitation", args=["0.0"])).status_code == 405


# Patients of the desk's ---------------------------------------------------------------


@pytest.fixture
def eva(clinic, dr_chen):
    """Written down by Ana's desk, with a visit on Wednesday."""
    patient = PatientFactory(account=None, first_names="Eva", email="eva@ejemplo.test")
    AppointmentFactory(clinic=clinic, patient=patient, booked_by=dr_chen.user)
    return patient


@pytest.fixture
def link(eva, dr_chen, frozen):
    made = create_invitation(
        purpose=Purpose.PATIENT, email=eva.email, created_by=dr_chen.user, now=frozen, patient=eva
    )
    return reverse("invitation", args=[token_of(made)])


def visits_of(account):
    return Appointment.objects.for_account(account).count()


def test_anonymous_is_led_to_an_account_and_back(client, link):
    html = client.get(link).content.decode()
    assert f"{reverse('account_signup')}?next={link}" in html
    assert f"{reverse('account_login')}?next={link}" in html
    assert "Eva" not in html
    assert client.post(link, {"who": "self"}).status_code == 200
    assert Appointment.objects.get().patient.account is None


def test_claim_asks_whose_visit_it_is(as_, link, alice):
    PatientFactory(account=alice, relationship="child", first_names="Mateo")
    html = as_(alice).get(link).content.decode()
    for text in (
        "a nombre de Eva Andrade",
        "Miércoles 25 de noviembre, 9:00",
        "Dra. Ana Molina",
        "Para mí: Alicia Vera",
        "Mateo Andrade",
        "Para otra persona a mi cargo",
    ):
        assert text in html
    assert visits_of(alice) == 0


def test_claim_for_a_new_account(as_, link, eva):
    user = UserFactory(first_names="Eva")
    answer = as_(user).post(link, {"who": "self"}, follow=True)
    assert answer.redirect_chain == [(reverse("appointments:mine"), 302)]
    assert "Listo: aquí puede ver, mover y cancelar sus citas." in answer.content.decode()
    assert user.patients.get() == eva
    assert visits_of(user) == 1


@pytest.mark.parametrize("who", [{"who": "self"}, {"who": "other", "relationship": "parent"}])
def test_claim_asks_for_the_agreement_first(as_, link, eva, frozen, who):
    """A patient and their visits are of somebody's health: no account holds them without it."""
    user = UserFactory(agreed=False)
    browser = as_(user)
    assert 'name="accepts"' in browser.get(link).content.decode()
    answer = browser.post(link, who)
    assert answer.status_code == 422
    assert "Marque la casilla para continuar" in answer.content.decode()
    eva.refresh_from_db()
    taken = Invitation.objects.filter(accepted_by__isnull=False).count()
    assert (eva.account, taken, visits_of(user), user.consents.count()) == (None, 0, 0, 0)
    assert browser.post(link, {**who, "accepts": "on"}).url == reverse("appointments:mine")
    assert (visits_of(user), missing(user, FOR_HEALTH)) == (1, [])
    assert {row.at for row in user.consents.all()} == {frozen}


def test_claim_asks_nothing_of_who_agreed(as_, link, alice):
    assert 'name="accepts"' not in as_(alice).get(link).content.decode()


def test_claim_for_oneself_who_is_known(as_, link, eva, alice):
    as_(alice).post(link, {"who": "self"})
    assert (alice.patients.count(), visits_of(alice)) == (1, 1)


def test_claim_for_a_dependant_who_is_known(as_, link, alice):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo")
    as_(alice).post(link, {"who": child.public_id})
    assert child.appointments.count() == 1


def test_claim_for_somebody_in_ones_care(as_, link, alice, eva):
    as_(alice).post(link, {"who": "other", "relationship": "parent"})
    eva.refresh_from_db()
    assert (eva.account, eva.relationship) == (alice, "parent")


def test_claimed_twice_is_claimed_once(as_, link, alice):
    browser = as_(alice)
    for _ in range(2):
        answer = browser.post(link, {"who": "other", "relationship": "parent"})
        assert answer.url == reverse("appointments:mine")
    assert browser.get(link).url == reverse("appointments:mine")
    assert alice.patients.count() == 2


def test_claimed_by_another_it_is_closed(client, as_, link, alice, bob):
    as_(alice).post(link, {"who": "self"})
    for browser in (client, as_(bob)):
        for method in (browser.get, browser.post):
            answer = method(link)
            assert answer.status_code == 404
            assert "Alicia" not in answer.content.decode().replace("Alicia Vera</", "")
    assert visits_of(bob) == 0


def test_a_second_link_is_closed_too_but_for_its_owner(as_, link, eva, dr_chen, alice, bob, frozen):
    second = create_invitation(
        purpose=Purpose.PATIENT, email=eva.email, created_by=dr_chen.user, now=frozen, patient=eva
    )
    as_(alice).post(link, {"who": "self"})
    address = reverse("invitation", args=[token_of(second)])
    assert as_(bob).post(address, {"who": "self"}).status_code == 404
    assert as_(alice).get(address).url == reverse("appointments:mine")


@pytest.mark.parametrize("changed", [{"expires_at": 0}, {"revoked_at": 0}])
def test_a_link_that_ran_out_or_was_called_back_is_closed(as_, link, alice, frozen, changed):
    Invitation.objects.update(**dict.fromkeys(changed, frozen))
    assert as_(alice).get(link).status_code == 404
    assert as_(alice).post(link, {"who": "self"}).status_code == 404
    assert visits_of(alice) == 0


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({}, "Elija una opción en «¿Para quién es esta cita?»."),
        ({"who": "x"}, "Elija una de las opciones de la lista."),
        ({"who": "other"}, "Elija qué es esta persona para usted."),
        ({"who": "other", "relationship": "self"}, "Elija una de las opciones de la lista."),
    ],
)
def test_claim_with_bad_answers(as_, link, alice, bob, wish, sentence):
    answer = as_(alice).post(link, wish)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    theirs = bob.patients.get().public_id
    assert as_(alice).post(link, {"who": theirs}).status_code == 422
    assert visits_of(alice) == 0


def test_claim_of_a_visit_at_the_time_of_ones_own(as_, link, alice, dr_diaz):
    AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=alice.patients.get())
    answer = as_(alice).post(link, {"who": "self"})
    assert answer.status_code == 409
    assert "ya tiene otra cita a la misma hora" in answer.content.decode()
    assert visits_of(alice) == 1
