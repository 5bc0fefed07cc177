"""A wrong address of somebody whom the desk wrote down."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts.enums import Purpose
from accounts.invitations import token_of
from accounts.models import Invitation
from accounts.services import create_invitation
from notifications.tasks import relay
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
WRONG, RIGHT = "eba@ejemplo.test", "eva@ejemplo.test"


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def eva(clinic, dr_chen, slot):
    patient = PatientFactory(account=None, first_names="Eva", email=WRONG)
    AppointmentFactory(clinic=clinic, patient=patient, booked_by=dr_chen.user, starts_at=slot)
    return patient


@pytest.fixture
def link(eva, dr_chen, frozen):
    """What was sent to the wrong address."""
    made = create_invitation(
        purpose=Purpose.PATIENT, email=WRONG, created_by=dr_chen.user, now=frozen, patient=eva
    )
    return reverse("invitation", args=[token_of(made)])


@pytest.fixture
def path(eva):
    return reverse("portal:patient_contact", args=[eva.public_id])


@pytest.mark.parametrize("who", ["doctor", "reception"])
def test_another_address_closes_the_old_link_and_gets_its_own(
    frozen, as_, dr_chen, carla, client, eva, link, path, who
):
    office = as_(dr_chen.user if who == "doctor" else carla)
    assert WRONG in text_of(office.get(path))
    answer = office.post(path, {"phone": "099 111 2233", "email": RIGHT}, follow=True)
    assert "le enviamos una invitación a ese correo" in text_of(answer)
    eva.refresh_from_db()
    assert (eva.email, str(eva.phone)) == (RIGHT, "+593991112233")
    assert client.get(link).status_code == 404
    relay()
    (letter,) = mail.outbox
    assert letter.to == [RIGHT]
    fresh = re.search(r"/invitacion/\S+", letter.body)[0]
    assert client.get(fresh).status_code == 200


def test_the_phone_alone_sends_nothing(frozen, as_, carla, client, eva, link, path):
    as_(carla).post(path, {"phone": "099 111 2233", "email": WRONG.upper()})
    relay()
    assert mail.outbox == []
    assert client.get(link).status_code == 200


def test_no_address_any_more(frozen, as_, carla, client, eva, link, path):
    as_(carla).post(path, {"phone": "099 111 2233", "email": ""})
    eva.refresh_from_db()
    assert eva.email == ""
    assert client.get(link).status_code == 404


def test_once_more_but_not_at_once(frozen, as_, carla, eva, link, path):
    office = as_(carla)
    answer = office.post(path, {"again": "1"}, follow=True)
    assert "Espere diez minutos" in text_of(answer)
    with time_machine.travel(frozen + timedelta(minutes=10), tick=False):
        answer = office.post(path, {"again": "1"}, follow=True)
        assert "Enviamos otra vez la invitación." in text_of(answer)
        relay()
        assert [letter.to for letter in mail.outbox] == [[WRONG]]
        assert "Espere diez minutos" in text_of(office.post(path, {"again": "1"}, follow=True))
    assert Invitation.objects.filter(patient=eva).count() == 1


def test_strangers_are_not_written_to_without_end(frozen, as_, carla, eva, path, settings):
    settings.INVITED_PATIENTS_PER_DAY = 0
    answer = as_(carla).post(path, {"phone": "099 111 2233", "email": RIGHT}, follow=True)
    assert "Ha escrito a muchas personas nuevas hoy." in text_of(answer)
    eva.refresh_from_db()
    assert eva.email == WRONG


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({}, "Escriba un celular o un correo del paciente."),
        ({"email": "x"}, "Escriba el correo completo"),
        ({"phone": "12"}, "Escriba un celular completo"),
    ],
)
def test_bad_input_is_refused(frozen, as_, carla, eva, path, wish, sentence):
    answer = as_(carla).post(path, wish)
    assert answer.status_code == 422
    assert sentence in text_of(answer)


def test_only_of_ones_own_patients_without_account(
    frozen, as_, carla, dr_diaz, dr_chen, eva, visit
):
    elsewhere = PatientFactory(account=None, email="x@ejemplo.test")
    AppointmentFactory(
        clinic=ClinicFactory(doctor=dr_chen, name="Norte"), patient=elsewhere,
        booked_by=dr_chen.user, starts_at=frozen + timedelta(days=9),
    )  # fmt: skip
    for somebody, key in (
        (dr_diaz.user, eva.public_id),
        (carla, elsewhere.public_id),
        (carla, visit.patient.public_id),
        (carla, uuid.uuid4()),
    ):
        path = reverse("portal:patient_contact", args=[key])
        assert as_(somebody).get(path).status_code == 404
        assert as_(somebody).post(path, {"email": RIGHT}).status_code == 404


def test_patient_contact_is_for_the_desk(frozen, client, as_, alice, erin, carla, path):
    assert client.get(path).url == f"/cuenta/login/?next={path}"
    for somebody in (alice, erin):
        assert as_(somebody).get(path).status_code == 404
    assert as_(carla).put(path).status_code == 405
