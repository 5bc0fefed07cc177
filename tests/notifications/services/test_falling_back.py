"""Where a channel fails for good, the next one of the reader's says the same, and only once."""

from datetime import timedelta

import pytest
import time_machine

from notifications.enums import Audience, Channel, Kind, State, Why
from notifications.models import Message, Preferences, RefusedAddress
from notifications.services.falling_back import fall_back
from notifications.services.planning import plan_messages
from notifications.services.sending import send_due
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory

pytestmark = pytest.mark.django_db
ALICE, NUMBER = "alice@ejemplo.test", "+593991234567"


@pytest.fixture
def phones(settings):
    settings.PHONE_CHANNELS = ["sms", "whatsapp"]
    settings.PHONE = "notifications.channels.phone.Mailbox"


def story(kind=Kind.BOOKED, audience=Audience.PATIENT):
    """Each row of a message: channel, state and why, in the order in which they were made."""
    rows = Message.objects.filter(kind=kind, audience=audience).exclude(channel=Channel.INBOX)
    return list(rows.order_by("pk").values_list("channel", "state", "why"))


def test_a_refused_address_is_followed_by_sms(planned, sink, phones, now):
    sink.refuse[ALICE] = "550 no such user"
    send_due()
    assert story() == [("email", State.GIVEN_UP, ""), ("sms", State.SENT, "")]
    stand_in = Message.objects.get(channel=Channel.SMS, kind=Kind.BOOKED)
    assert stand_in.instead_of.channel == Channel.EMAIL
    assert (stand_in.address, stand_in.visit, stand_in.change) == (
        NUMBER, planned, stand_in.instead_of.change,
    )  # fmt: skip


def test_the_order_is_the_readers(planned, sink, phones, alice):
    Preferences.objects.create(account=alice, channels=["email", "whatsapp", "sms"])
    sink.refuse[ALICE] = "550 no such user"
    send_due()
    assert story() == [("email", State.GIVEN_UP, ""), ("whatsapp", State.SENT, "")]


def test_each_channel_is_tried_once(planned, sink, phones):
    for address in (ALICE, f"{NUMBER}@sms.local", f"{NUMBER}@whatsapp.local"):
        sink.refuse[address] = "550 no"
    RefusedAddress.objects.create(
        channel="sms", address=NUMBER, error="x", first_at="2026-11-23T13:00Z",
        last_at="2026-11-23T13:00Z",
    )  # fmt: skip
    RefusedAddress.objects.create(
        channel="whatsapp", address=NUMBER, error="x", first_at="2026-11-23T13:00Z",
        last_at="2026-11-23T13:00Z",
    )  # fmt: skip
    send_due()
    assert story() == [
        ("email", State.GIVEN_UP, ""),
        ("sms", State.SUPPRESSED, Why.REFUSED),
        ("whatsapp", State.SUPPRESSED, Why.REFUSED),
    ]
    assert send_due() == 0


def test_what_was_left_out_is_not_tried(planned, sink, phones, alice):
    Preferences.objects.create(account=alice, channels=["email"])
    sink.refuse[ALICE] = "550 no such user"
    send_due()
    assert story() == [("email", State.GIVEN_UP, "")]


def test_without_a_number_there_is_nothing_to_fall_back_on(visit, now, phones, sink, dr_chen):
    plan_messages(now=now)
    sink.refuse["chen@ejemplo.test"] = "550 no such user"
    send_due()
    assert story(audience=Audience.DOCTOR) == [("email", State.GIVEN_UP, "")]


def test_an_address_that_nobody_has_falls_back(frozen, clinic, phones):
    patient = PatientFactory(account=None, email="", phone=NUMBER)
    visit = AppointmentFactory(clinic=clinic, patient=patient, booked_by=clinic.doctor.user)
    MessageFactory(
        visit=visit, kind=Kind.REMINDER_DAY, state=State.PLANNED, recipient=None, due_at=frozen
    )
    send_due()
    assert story(Kind.REMINDER_DAY) == [
        ("email", State.SUPPRESSED, Why.NO_ADDRESS),
        ("sms", State.SENT, ""),
    ]


def test_what_fell_back_at_night_waits_for_the_morning(frozen, clinic, alice, sink, phones):
    """A mail lies still at night, an SMS rings: the act was another's, the visit is far."""
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    row = MessageFactory(visit=visit, kind=Kind.PRESCRIPTION, state=State.PLANNED, due_at=frozen)
    sink.refuse[ALICE] = "550 no such user"
    with time_machine.travel(frozen + timedelta(hours=13), tick=False):
        send_due()
    stand_in = row.fallbacks.get()
    assert stand_in.state == State.PLANNED
    assert stand_in.next_try_at == frozen + timedelta(hours=23)  # 8:00 in Quito


def test_falling_back_twice_makes_one_row(planned, phones, now):
    message = Message.objects.get(kind=Kind.BOOKED, address=ALICE)
    assert fall_back(message, now=now).channel == Channel.SMS
    assert fall_back(message, now=now) is None
    assert len(story()) == 2


@pytest.mark.parametrize("of", [{"channel": "inbox"}, {"audience": "account"}])
def test_neither_inboxes_nor_account_mails_fall_back(planned, phones, now, of):
    message = Message.objects.filter(kind=Kind.BOOKED, recipient__email=ALICE).first()
    for name, value in of.items():
        setattr(message, name, value)
    assert fall_back(message, now=now) is None
