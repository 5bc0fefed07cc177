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
from accounts.models import Invitation, User
from accounts.roles import SUPPORT, group_of
from accounts.services import create_invitation
from appointments.models import Appointment
from core.models import Event
from notifications.tasks import relay
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    AttendedFactory,
    ClinicFactory,
    ConsultationFactory,
    PatientFactory,
    UserFactory,
)
from tests.prescriptions.world import prescribe

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
    letter, *told = sorted(mail.outbox, key=lambda letter: letter.to != [RIGHT])
    assert letter.to == [RIGHT]
    # Who has it taken from them learns it, and the doctor, but for who did it.
    desk = [] if who == "doctor" else [([dr_chen.user.email], "Se cambió el correo de un paciente")]
    old = [([WRONG], "Cambió el correo al que le escribe su consultorio")]
    assert sorted((one.to, one.subject) for one in told) == sorted(desk + old)
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


# An address that somebody else than the doctor wrote down opens no record -------------------------

HELD = "Su médico todavía no confirmó este correo"


@pytest.fixture
def seen(eva, clinic, dr_chen):
    """She came once: there may be a record."""
    return AttendedFactory(
        clinic=clinic, patient=eva, booked_by=dr_chen.user, starts_at=NOW - timedelta(days=7)
    )


def newest_link(patient):
    return reverse("invitation", args=[token_of(patient.invitations.order_by("-pk")[0])])


def claimed(as_, account, patient):
    browser, link = as_(account), newest_link(patient)
    answers = browser.get(link), browser.post(link, {"who": "self", "accepts": "on"})
    patient.refresh_from_db()
    return [answer.status_code for answer in answers], text_of(answers[1]), patient.account


@pytest.fixture
def stranger(db):
    return UserFactory(email=RIGHT)


def test_record_waits_for_the_doctor(frozen, as_, dr_chen, carla, seen, eva, path, stranger):
    as_(carla).post(path, {"phone": "", "email": RIGHT})
    codes, text, account = claimed(as_, stranger, eva)
    assert (codes, HELD in text, account) == ([409, 409], True, None)
    assert not eva.invitations.filter(accepted_at__isnull=False).exists()
    page = text_of(as_(carla).get(path))
    assert ("Confirmar el correo" in page, "Mientras el médico no lo confirme" in page) == (
        False, True,
    )  # fmt: skip
    assert as_(carla).post(path, {"confirm": "1", "shown": RIGHT}).status_code == 404
    office = as_(dr_chen.user)
    assert "Confirmar el correo" in text_of(office.get(path))
    answer = office.post(path, {"confirm": "1", "shown": RIGHT}, follow=True)
    assert "Confirmado" in text_of(answer)
    assert "Confirmar el correo" not in text_of(office.get(path))
    assert Event.objects.filter(name="patient.address_confirmed").count() == 1
    assert claimed(as_, stranger, eva)[2] == stranger


@pytest.mark.parametrize("status", ["booked", "no_show"])
def test_what_reception_says_became_of_a_visit_opens_nothing(
    frozen, as_, carla, seen, eva, path, stranger, status
):
    """It may correct the attendance, and the record stays; or nobody has said yet who came."""
    Appointment.objects.filter(pk=seen.pk).update(status=status)
    as_(carla).post(path, {"phone": "", "email": RIGHT})
    assert claimed(as_, stranger, eva)[2] is None


@pytest.mark.parametrize("what", ["consultation", "prescription"])
def test_what_is_written_before_the_visit_begins_holds_it(
    frozen, as_, carla, eva, path, stranger, what
):
    """A record may be begun, and a prescription issued, from the morning of the day on."""
    visit = Appointment.objects.get(patient=eva)
    {"consultation": lambda: ConsultationFactory(visit=visit),
     "prescription": lambda: prescribe(visit)}[what]()  # fmt: skip
    as_(carla).post(path, {"phone": "", "email": RIGHT})
    assert claimed(as_, stranger, eva)[2] is None


@pytest.mark.parametrize("shown", [RIGHT, WRONG, "", None])
def test_doctor_confirms_what_the_page_had_shown(
    frozen, as_, dr_chen, carla, seen, eva, path, stranger, shown
):
    """Reception changes it once more while the doctor telephones."""
    as_(carla).post(path, {"phone": "", "email": RIGHT})
    as_(carla).post(path, {"phone": "", "email": "otra@ejemplo.test"})
    said = {"confirm": "1"} if shown is None else {"confirm": "1", "shown": shown}
    answer = as_(dr_chen.user).post(path, said, follow=True)
    assert "Mientras tanto el correo cambió otra vez" in text_of(answer)
    eva.refresh_from_db()
    assert eva.readdressed_at == frozen
    assert not Event.objects.filter(name="patient.address_confirmed").exists()


def test_where_no_doctor_is_left_support_is_enough(frozen, as_, erin, dr_chen, seen, eva, stranger):
    User.objects.filter(pk=dr_chen.user.pk).update(erased_at=frozen)
    erin.groups.add(group_of(SUPPORT))
    page = reverse("admin:accounts_patient_contact", args=[eva.pk])
    as_(erin).post(page, {"phone": "", "email": RIGHT, "reason": "Llamó, ticket A7K2"})
    relay()
    assert dr_chen.user.email not in [address for letter in mail.outbox for address in letter.to]
    assert claimed(as_, stranger, eva)[2] == stranger


def test_who_has_no_address_any_more_is_told_so(frozen, as_, carla, eva, path):
    as_(carla).post(path, {"phone": "099 111 2233", "email": ""})
    relay()
    (letter,) = [letter for letter in mail.outbox if letter.to == [WRONG]]
    assert "ya no le escribe a este correo." in letter.body
    assert "se cambió por otro" not in letter.body


def test_who_confirms_shows_the_factor(frozen, as_, dr_chen, carla, seen, eva, path, settings):
    settings.SECOND_FACTOR_FOR = ["doctors"]
    as_(carla).post(path, {"phone": "", "email": RIGHT})
    answer = as_(dr_chen.user).post(path, {"confirm": "1", "shown": RIGHT})
    assert answer.url == f"{reverse('mfa_index')}?next={path}"
    eva.refresh_from_db()
    assert eva.readdressed_at == frozen


def test_what_the_doctor_mends_waits_for_nobody(frozen, as_, dr_chen, seen, eva, path, stranger):
    as_(dr_chen.user).post(path, {"phone": "", "email": RIGHT})
    assert claimed(as_, stranger, eva)[2] == stranger


def test_support_mends_it_and_the_record_waits(
    frozen, as_, erin, seen, eva, stranger
):  # fmt: skip
    erin.groups.add(group_of(SUPPORT))
    page = reverse("admin:accounts_patient_contact", args=[eva.pk])
    said = {"phone": "", "email": RIGHT, "reason": "Llamó, ticket A7K2"}
    assert as_(erin).post(page, said).status_code == 302
    codes, text, account = claimed(as_, stranger, eva)
    assert (codes, HELD in text, account) == ([409, 409], True, None)


def test_without_a_record_nothing_waits(frozen, as_, carla, eva, path, stranger):
    as_(carla).post(path, {"phone": "", "email": RIGHT})
    assert claimed(as_, stranger, eva)[2] == stranger


@pytest.mark.parametrize("who", ["doctor", "reception", "staff"])
def test_who_works_there_takes_no_patient(frozen, as_, dr_chen, carla, erin, eva, path, who):
    account = {"doctor": dr_chen.user, "reception": carla, "staff": erin}[who]
    as_(dr_chen.user).post(path, {"phone": "", "email": RIGHT})
    codes, text, owner = claimed(as_, account, eva)
    assert (codes, "no puede agregar a su cuenta" in text, owner) == ([409, 409], True, None)
