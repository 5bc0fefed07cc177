"""A delay is told to who is still to come: at once, once a notice, and only while it helps."""

from datetime import timedelta

import pytest

from appointments.enums import SaidBy, Status
from appointments.models import Appointment
from appointments.services.days import check_in
from appointments.services.delays import announce_delay
from notifications.deciding import Drop, Send, Wait
from notifications.enums import Channel, Kind, State, Why
from notifications.letters import letter_of, subject_of
from notifications.links import link_to
from notifications.models import Message
from notifications.readers import reader_of
from notifications.services.planning import plan_messages
from notifications.services.resending import can_be_repeated
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory
from tests.notifications.decisions import outcome

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def due(frozen, clinic, alice):
    """Alicia's visit in half an hour, 9:30 in Quito."""
    patient = alice.patients.get()
    return AppointmentFactory(clinic=clinic, patient=patient, starts_at=frozen + 30 * MINUTE)


@pytest.fixture
def told(due, clinic, dr_chen):
    def tell(now, minutes=25):
        announce_delay(clinic=clinic, minutes=minutes, actor=dr_chen.user, now=now)
        plan_messages(now=now)
        return Message.objects.get(kind=Kind.DELAYED, channel=Channel.EMAIL, due_at=now)

    return tell


def test_each_notice_is_a_message_of_its_own(frozen, told, alice):
    told(frozen)
    told(frozen + 30 * MINUTE, minutes=40)
    rows = Message.objects.filter(kind=Kind.DELAYED).order_by("copy", "channel")
    assert [(m.copy, m.channel, m.state, m.recipient) for m in rows] == [
        (copy, channel, state, alice)
        for copy in (0, 1)
        for channel, state in (("email", State.PLANNED), ("inbox", State.SENT))
    ]
    assert [subject_of(m) for m in rows[::2]] == [
        f"La consulta va {n} minutos tarde: hoy 9:30, Dra. Ana Molina Paz" for n in (25, 40)
    ]


def test_letter_says_how_late_and_nothing_of_why(frozen, told, due, settings):
    due.reason = "MOTIVO7Q"
    due.save()
    message = told(frozen)
    letter = letter_of(message, reader_of(message))
    assert letter.heading == "La consulta va 25 minutos tarde"
    assert letter.url == f"{settings.SITE_URL}/citas/{due.public_id}/"
    assert "MOTIVO7Q" not in str(letter)


def test_without_an_account_the_button_leads_to_the_day(frozen, told, clinic):
    rosa = PatientFactory(account=None, email="rosa@ejemplo.test")
    AppointmentFactory(
        clinic=clinic, patient=rosa, booked_by=clinic.doctor.user, starts_at=frozen + 60 * MINUTE
    )
    announce_delay(clinic=clinic, minutes=10, actor=clinic.doctor.user, now=frozen)
    plan_messages(now=frozen)
    message = Message.objects.get(address="rosa@ejemplo.test")
    assert letter_of(message, reader_of(message)).url == link_to("link_day", message)


def test_it_goes_at_once_and_not_when_it_is_old(frozen, told):
    message = told(frozen)
    assert isinstance(outcome(message, now=frozen), Send)
    assert isinstance(outcome(message, now=frozen + 30 * MINUTE), Send)
    assert outcome(message, now=frozen + 31 * MINUTE) == Drop(Why.TOO_LATE)


def test_who_is_there_meanwhile_is_not_told(frozen, told, due):
    message = told(frozen)
    check_in(appointment=due, said_by=SaidBy.PATIENT, actor=None, now=frozen)
    assert outcome(message, now=frozen) == Drop(Why.TOO_LATE)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"sequence": 1}, Why.MOVED),
        ({"status": Status.CANCELLED_BY_PATIENT}, Why.CANCELLED),
        ({"status": Status.NO_SHOW}, Why.TOO_LATE),
    ],
)
def test_who_does_not_come_then_is_not_told(frozen, told, due, fields, why):
    message = told(frozen)
    cancelled_at = frozen if fields.get("status") == Status.CANCELLED_BY_PATIENT else None
    Appointment.objects.filter(pk=due.pk).update(cancelled_at=cancelled_at, **fields)
    assert outcome(message, now=frozen) == Drop(why)


def test_it_rings_early_in_the_morning_too(frozen, told, due, settings, alice):
    """The visit is within the hour: whoever sleeps then is told all the same."""
    settings.PHONE_CHANNELS = ["sms"]
    night = frozen - timedelta(hours=8)
    Appointment.objects.filter(pk=due.pk).update(
        starts_at=night + 60 * MINUTE, ends_at=night + 90 * MINUTE
    )
    message = told(night)
    Message.objects.filter(pk=message.pk).update(channel=Channel.SMS)
    found = outcome(message, now=night)
    assert not isinstance(found, Wait)


def test_it_is_not_sent_again_by_hand(due):
    assert not can_be_repeated(MessageFactory(visit=due, kind=Kind.DELAYED))
