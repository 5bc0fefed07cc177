"""Links in messages: signed, of the reader's present address, and only until the visit begins."""

from datetime import timedelta

import pytest
from django.core.signing import Signer

from appointments.enums import Status
from appointments.models import Appointment
from notifications.enums import Channel, Kind
from notifications.links import acts_on_visit, find_message, link_to, token_of
from notifications.models import Message, Preferences
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(visit):
    return MessageFactory(visit=visit, kind=Kind.BOOKED)


def test_a_link_leads_to_its_message(message):
    assert find_message(token_of(message)) == message
    assert token_of(message) in link_to("link_cancel", message)


@pytest.mark.parametrize("page", ["link_attend", "link_cancel", "link_reschedule", "unsubscribe"])
def test_a_link_holds_no_personal_data(message, page):
    link = link_to(page, message)
    assert [w for w in ("alice", "Vera", message.visit.code, "@") if w in link] == []


def tampered(token):
    body, _dot, seal = token.partition(".")
    other = MessageFactory(visit=AppointmentFactory())
    yield ""
    yield body
    yield f"{body}."
    yield f"{body}.{seal[:-1]}"
    yield f"{body}.{seal[::-1]}"
    yield f"{other.public_id.hex}.{seal}"
    yield f"{token}x"
    yield token.upper()
    yield str(Signer(salt="another").sign(body))
    yield str(Signer(salt="notifications.link", key="x" * 50, sep=".").sign(body))
    yield str(Signer(salt="notifications.link", sep=".").sign("not-a-uuid"))
    yield "\x00." + seal


def test_what_we_never_signed_leads_nowhere(message):
    assert [t for t in tampered(token_of(message)) if find_message(t)] == []


def test_a_message_that_is_gone_leads_nowhere(message):
    token = token_of(message)
    Message.objects.filter(pk=message.pk).delete()
    assert find_message(token) is None


def test_who_has_left_the_address_has_closed_its_links(message, alice):
    """The old mailbox may be somebody else's."""
    alice.email = "nueva@ejemplo.test"
    alice.save()
    assert find_message(token_of(message)) is None
    alice.email = "ALICE@ejemplo.test"
    alice.save()
    assert find_message(token_of(message)) == message


def test_the_desk_that_mends_an_address_closes_the_links_to_the_wrong_one(clinic):
    patient = PatientFactory(account=None, email="mal@ejemplo.test")
    visit = AppointmentFactory(clinic=clinic, patient=patient, booked_by=clinic.doctor.user)
    message = MessageFactory(visit=visit, address="mal@ejemplo.test")
    assert find_message(token_of(message)) == message
    patient.email = "bien@ejemplo.test"
    patient.save()
    assert find_message(token_of(message)) is None


def test_a_visit_that_another_account_took_closes_the_links(message, bob):
    message.visit.patient = bob.patients.get()
    message.visit.save()
    assert find_message(token_of(message)) is None


def test_a_number_that_was_left_closes_its_links(visit, alice):
    message = MessageFactory(visit=visit, channel=Channel.SMS, address="+593991234567")
    assert find_message(token_of(message)) == message
    Preferences.objects.create(account=alice, phone="+593987654321")
    assert find_message(token_of(message)) is None


def test_inboxes_and_codes_have_no_links(visit):
    inbox = MessageFactory(visit=visit, channel=Channel.INBOX, address="")
    code = MessageFactory(
        visit=None, version=None, audience="account", recipient=None, kind=Kind.ACCOUNT,
        address="alice@ejemplo.test",
    )  # fmt: skip
    assert [find_message(token_of(row)) for row in (inbox, code)] == [None, None]


@pytest.mark.parametrize(("seconds", "acts"), [(-1, True), (0, False), (1, False)])
def test_a_link_acts_until_the_visit_begins(message, seconds, acts):
    at = message.visit.starts_at + timedelta(seconds=seconds)
    assert acts_on_visit(message, at) == acts


def test_links_of_the_desk_act_on_nothing(visit, dr_chen, now):
    message = MessageFactory(visit=visit, audience="doctor", recipient=dr_chen.user)
    assert not acts_on_visit(find_message(token_of(message)), now)


def test_a_look_at_a_link_does_nothing(message, client, frozen):
    """As programs do that read mail."""
    for page in ("link_attend", "link_cancel", "link_reschedule", "unsubscribe"):
        client.get(link_to(page, message))
        client.head(link_to(page, message))
    visit = Appointment.objects.get(pk=message.visit_id)
    assert (visit.status, visit.attendance_confirmed_at) == (Status.BOOKED, None)
    assert not Preferences.objects.exists()
