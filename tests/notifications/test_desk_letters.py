"""Who is told of what the desk does, and in which words."""

import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from accounts.enums import Purpose
from accounts.invitations import link_of
from accounts.models import Invitation, Patient
from accounts.services import (
    correct_contact,
    create_invitation,
    revoke_invitation,
    send_invitation,
)
from appointments.enums import Status
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_booking import DeskBooking, NewPatient, book_for_patient
from appointments.services.desk_moving import move_visit
from appointments.services.requests import accept_request, decline_request, lapse_requests
from notifications.models import Message
from notifications.services.planning import plan_messages
from notifications.tasks import relay
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, AssistantFactory, PatientFactory

pytestmark = pytest.mark.django_db
ALICE, ANA, EVA = "alice@ejemplo.test", "chen@ejemplo.test", "eva@ejemplo.test"
SECRET = "SECRETO7Q"


@pytest.fixture
def post(frozen):
    """`post()`: the mails sent since the last time, by address."""

    def send():
        relay()
        sent = {m.to[0].rpartition("<")[2].rstrip(">"): m for m in mail.outbox}
        assert len(sent) == len(mail.outbox)
        mail.outbox.clear()
        return sent

    return send


@pytest.fixture
def by(clinic, slot, frozen):
    """`by(actor, email=...)` books for Eva, whom the desk writes down."""

    def book(actor, email=EVA, phone="+593998887766"):
        booking = DeskBooking(
            actor=actor,
            clinic=clinic,
            starts_at=slot,
            minutes=30,
            key=uuid.uuid4(),
            new_patient=NewPatient("Eva", "Ruiz", phone=phone, email=email),
            reason=SECRET,
        )
        return book_for_patient(booking=booking, now=frozen)

    return book


@pytest.fixture
def request_(alice, clinic, slot, frozen):
    clinic.requires_confirmation = True
    clinic.save()
    return book_appointment(request=wish_of(alice, clinic, slot, reason=SECRET), now=frozen)


@pytest.fixture
def visit(clinic, alice):
    """Alicia's, on Wednesday; nobody is to be told of its booking."""
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get())


def words_of(letter):
    return letter.body + letter.alternatives[0][0]


def test_the_desk_books_for_somebody_new(post, by, dr_chen):
    visit = by(dr_chen.user)
    (letter,) = post().values()
    assert letter.to == ["Eva Ruiz <eva@ejemplo.test>"]
    assert letter.subject == ("Cita confirmada: martes 24 de noviembre, 10:00, Dra. Ana Molina Paz")
    assert "El consultorio reservó esta cita para usted." in letter.body
    link = link_of(Invitation.objects.get())
    assert link in words_of(letter).replace("\n", "")
    assert "cree su cuenta" in letter.body.replace("\n", " ")
    (_name, entry, _kind) = letter.attachments[0]
    assert "/invitacion/" not in entry.replace("\r\n ", "")
    assert f"/citas/{visit.public_id}/" in entry.replace("\r\n ", "")
    assert SECRET not in words_of(letter) + entry


def test_without_an_address_nobody_is_written_to(post, by, dr_chen):
    by(dr_chen.user, email="")
    assert post() == {}


def test_the_doctor_hears_of_the_reception(post, by, carla):
    by(carla)
    letters = post()
    assert sorted(letters) == [ANA, EVA]
    assert "Su recepción reservó esta cita." in letters[ANA].body


@pytest.mark.parametrize("who", ["dr_chen", "carla"])
def test_moved_by_the_desk(post, visit, slot, frozen, request, who):
    actor = request.getfixturevalue(who)
    actor = getattr(actor, "user", actor)
    move_visit(
        appointment=visit, starts_at=slot, minutes=30, actor=actor, now=frozen, message=SECRET
    )
    letters = post()
    assert sorted(letters) == [ALICE] + [ANA] * (who == "carla")
    text = letters[ALICE].body.replace("\n", " ")
    assert letters[ALICE].subject.startswith("Cita reprogramada: martes 24 de noviembre, 10:00")
    assert "cancelarla sin costo hasta que empiece" in text
    assert "El consultorio le dejó un mensaje." in text
    assert "Puede cancelar o reprogramar hasta" not in text
    assert SECRET not in words_of(letters[ALICE])
    if who == "carla":
        assert "Su recepción cambió la hora" in letters[ANA].body


def test_longer_at_the_same_time(post, visit, dr_chen, frozen):
    move_visit(
        appointment=visit, starts_at=visit.starts_at, minutes=60, actor=dr_chen.user, now=frozen
    )
    (letter,) = post().values()
    assert letter.subject.startswith("Cita actualizada: ")


def test_cancelled_by_the_desk(post, by, dr_chen, frozen):
    visit = by(dr_chen.user)
    post()
    cancel_appointment(
        appointment=visit,
        actor=dr_chen.user,
        status=Status.CANCELLED_BY_DOCTOR,
        now=frozen,
        by_desk=True,
        message=SECRET,
    )
    (letter,) = post().values()
    assert letter.subject.startswith("Cita cancelada: ")
    assert "El consultorio canceló esta cita." in letter.body
    assert "METHOD:CANCEL" in letter.attachments[0][1]
    assert SECRET not in words_of(letter)


def test_a_request_and_its_answers(post, request_, dr_chen, frozen):
    letters = post()
    assert letters[ALICE].subject.startswith("Solicitud enviada: ")
    assert letters[ANA].subject.startswith("Nueva solicitud: ")
    assert "Respóndale hasta el martes 24 de noviembre, 9:00." in letters[ANA].body.replace(
        "\n", " "
    )
    assert [len(letter.attachments) for letter in letters.values()] == [0, 0]
    accept_request(appointment=request_, actor=dr_chen.user, now=frozen)
    letters = post()
    assert list(letters) == [ALICE]
    assert letters[ALICE].subject.startswith("Cita confirmada: ")
    assert "STATUS:CONFIRMED" in letters[ALICE].attachments[0][1]


def test_declined_by_the_reception(post, request_, carla, frozen):
    post()
    decline_request(appointment=request_, actor=carla, now=frozen, message=SECRET)
    letters = post()
    assert letters[ALICE].subject.startswith("Solicitud no aceptada: ")
    assert letters[ANA].subject.startswith("Solicitud no aceptada: ")
    assert "Su recepción no aceptó esta solicitud" in letters[ANA].body
    assert SECRET not in words_of(letters[ALICE]) + words_of(letters[ANA])


def test_lapsed(post, request_, frozen):
    post()
    lapse_requests(now=frozen + timedelta(days=1))
    letters = post_later(post, frozen)
    assert letters[ALICE].subject.startswith("Solicitud sin respuesta: ")
    assert letters[ANA].subject.startswith("Solicitud vencida: ")


def post_later(post, frozen):
    plan_messages(now=frozen)
    Message.objects.filter(kind="lapsed").update(next_try_at=frozen)
    return post()


def test_accepted_at_another_time(post, request_, dr_chen, slot, frozen):
    post()
    move_visit(
        appointment=request_,
        starts_at=slot + timedelta(hours=1),
        minutes=30,
        actor=dr_chen.user,
        now=frozen,
    )
    (letter,) = post().values()
    assert letter.subject.startswith("Cita confirmada a otra hora: ")


def test_a_letter_that_waited_until_an_account_took_the_patient(by, dr_chen, alice, post, frozen):
    visit = by(dr_chen.user)
    plan_messages(now=frozen)
    Patient.objects.filter(pk=visit.patient_id).update(
        account=alice, relationship="other", email=""
    )
    (letter,) = post().values()
    assert f"/citas/{visit.public_id}/" in letter.body
    assert "/invitacion/" not in letter.body


def test_without_an_open_link_the_letter_names_the_consultorio(by, dr_chen, post, frozen):
    by(dr_chen.user)
    Invitation.objects.update(revoked_at=frozen)
    (letter,) = post().values()
    assert "comuníquese con el consultorio" in letter.body.replace("\n", " ")
    assert "/invitacion/" not in letter.body


@pytest.fixture
def invited(frozen, clinic, dr_chen):
    made = create_invitation(
        purpose=Purpose.ASSISTANT, email="nueva@ejemplo.test", created_by=dr_chen.user, now=frozen
    )
    AssistantFactory(doctor=dr_chen, clinics=[clinic], invitation=made, user=None)
    send_invitation(invitation=made, actor=dr_chen.user, now=frozen)
    return made


def test_an_assistant_is_invited(post, invited):
    letter = post()["nueva@ejemplo.test"]
    assert letter.subject == "Invitación a la agenda de Dra. Ana Molina Paz"
    assert link_of(invited) in words_of(letter)
    assert "Consultorios: La Carolina" in letter.body


def test_an_invitation_that_was_called_back_is_not_sent(post, invited, frozen):
    plan_messages(now=frozen)
    revoke_invitation(invitation=invited, now=frozen)
    assert post() == {}
    message = Message.objects.get()
    assert (message.state, message.why) == ("suppressed", "closed")


def test_a_patient_is_invited_again(post, frozen, clinic, dr_chen):
    patient = PatientFactory(account=None, email=EVA)
    AppointmentFactory(clinic=clinic, patient=patient, booked_by=dr_chen.user)
    made = create_invitation(
        purpose=Purpose.PATIENT, email=EVA, created_by=dr_chen.user, now=frozen, patient=patient
    )
    send_invitation(invitation=made, actor=dr_chen.user, now=frozen)
    assert link_of(made) in words_of(post()[EVA])


def test_what_was_told_and_to_whom_can_be_checked(
    by, carla, dr_chen, request_, alice, frozen, post
):
    """`check_integrity` knows that a doctor is not told of an own act, nor anybody unreachable."""
    move_visit(
        appointment=request_,
        starts_at=request_.starts_at + timedelta(hours=2),
        minutes=30,
        actor=dr_chen.user,
        now=frozen,
    )
    by(carla, email="")
    plan_messages(now=frozen)
    call_command("check_integrity", stdout=StringIO())
    Message.objects.filter(audience="patient", channel="email", kind="booked").delete()
    with pytest.raises(SystemExit):
        call_command("check_integrity", stdout=StringIO())


def test_a_letter_that_waited_does_not_take_the_new_link_to_the_wrong_address(
    frozen, post, by, dr_chen
):
    """Planned while the mail server was away; meanwhile the desk mends the address."""
    visit = by(dr_chen.user, email="eba@ejemplo.test")
    plan_messages(now=frozen)
    correct_contact(patient=visit.patient, phone="", email=EVA, actor=dr_chen.user, now=frozen)
    relay()
    addresses = [m.to[0].rpartition("<")[2].rstrip(">") for m in mail.outbox]
    assert sorted(addresses) == ["eba@ejemplo.test", EVA, EVA]
    hers = [m for m, address in zip(mail.outbox, addresses, strict=True) if address == EVA]
    invitation, letter = sorted(hers, key=lambda m: m.subject, reverse=True)
    for sent in (invitation, letter):
        assert link_of(Invitation.objects.get(email=EVA)) in words_of(sent).replace("\n", "")


def test_an_address_mended_in_its_capitals_is_the_same_one(frozen, post, by, dr_chen):
    visit = by(dr_chen.user, email="EVA@ejemplo.test")
    plan_messages(now=frozen)
    correct_contact(patient=visit.patient, phone="", email=EVA, actor=dr_chen.user, now=frozen)
    (letter,) = post().values()
    assert link_of(Invitation.objects.get()) in words_of(letter).replace("\n", "")
