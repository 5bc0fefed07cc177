"""Where a message goes whose time has come, and when it may ring: every branch."""

from datetime import timedelta

import pytest

from notifications.deciding import Drop, Send, Wait
from notifications.enums import Channel, Kind, Why
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
)
from tests.notifications.decisions import (
    DAY,
    HOUR,
    MORNING,
    NIGHT,
    NUMBER,
    STARTS,
    TUESDAY,
    change,
    outcome,
    planned,
    wishes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(clinic, alice):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=STARTS)


# Where it goes ---------------------------------------------------------------------


def test_the_address_is_the_one_of_now(visit, alice):
    message = planned(visit)
    alice.email = "nueva@ejemplo.test"
    alice.save()
    assert outcome(message).address == "nueva@ejemplo.test"


def test_a_visit_that_became_another_persons_is_told_to_that_one(visit, bob):
    """As when an account takes what the desk wrote down."""
    message = planned(visit)
    visit.patient = bob.patients.get()
    visit.save()
    assert outcome(message).reader.account == bob
    assert outcome(message).address == "bob@ejemplo.test"


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_without_an_address_it_cannot_go(clinic, channel, settings):
    settings.PHONE_CHANNELS = ["sms"]
    there = {"email": "casa@ejemplo.test", "phone": ""}
    if channel == Channel.EMAIL:
        there = {"email": "", "phone": NUMBER}
    patient = PatientFactory(account=None, **there)
    boss, phone = clinic.doctor.user, there["phone"]
    visit = AppointmentFactory(
        clinic=clinic, patient=patient, booked_by=boss, phone=phone, starts_at=STARTS
    )
    no = outcome(planned(visit, channel=channel, address=""))
    assert no.why in (Why.NO_ADDRESS, Why.CHANNEL_OFF)
    assert no.asks_for_another_channel


def test_an_address_that_takes_nothing_is_spared(visit):
    no = outcome(planned(visit), refused=["alice@ejemplo.test"])
    assert (no, no.asks_for_another_channel) == (Drop(Why.REFUSED), True)


def test_a_channel_that_is_not_in_use(visit, settings):
    message = planned(visit, channel=Channel.SMS)
    assert outcome(message) == Drop(Why.CHANNEL_OFF)
    settings.PHONE_CHANNELS = ["sms"]
    assert outcome(message).address == NUMBER


def test_a_channel_that_its_reader_has_left_out_since(visit, alice, settings):
    settings.PHONE_CHANNELS = ["sms"]
    message = planned(visit)
    wishes(alice, channels=["sms"])
    assert outcome(message) == Drop(Why.CHANNEL_OFF)


def test_mail_is_the_last_resort_of_who_can_be_reached_by_nothing_else(visit, alice):
    """They named SMS only, and no gateway is in use here."""
    wishes(alice, channels=["sms"])
    assert isinstance(outcome(planned(visit)), Send)


def test_on_our_own_pages_no_address_is_needed(visit, alice):
    wishes(alice, channels=["sms"])
    decision = outcome(planned(visit, channel=Channel.INBOX), refused=["alice@ejemplo.test"])
    assert (decision.address, decision.reader.account) == ("", alice)


# Quiet hours by channel --------------------------------------------------------------


@pytest.fixture
def sms(settings):
    settings.PHONE_CHANNELS = ["sms"]


def told(visit, actor, channel=Channel.SMS, **of):
    line = change(visit, actor, **of)
    return planned(visit, Kind.RESCHEDULED, channel=channel, change=line)


def test_what_lies_in_a_mailbox_wakes_nobody(visit, dr_chen):
    message = told(visit, dr_chen.user, Channel.EMAIL, to=STARTS + 9 * DAY)
    assert isinstance(outcome(message, NIGHT), Send)


def test_ones_own_act_rings_at_once(sms, visit, alice):
    assert isinstance(outcome(told(visit, alice, to=STARTS + 9 * DAY), NIGHT), Send)


@pytest.mark.parametrize(
    ("to", "since", "rings"),
    [
        (NIGHT + DAY, None, True),
        (NIGHT + DAY + timedelta(seconds=1), None, False),
        (STARTS + 9 * DAY, NIGHT + 23 * HOUR, True),  # the near time is lost
        (NIGHT + 23 * HOUR, STARTS + 9 * DAY, True),  # the near time is won
        (STARTS + 9 * DAY, STARTS + 8 * DAY, False),
    ],
)
def test_an_act_of_others_rings_at_night_only_if_the_visit_is_near(
    sms, visit, dr_chen, to, since, rings
):
    decision = outcome(told(visit, dr_chen.user, to=to, since=since, by_desk=True), NIGHT)
    assert (decision == Wait(MORNING)) == (not rings)
    assert isinstance(decision, Send) == rings


def test_an_act_of_others_rings_by_day(sms, visit, dr_chen):
    message = told(visit, dr_chen.user, to=STARTS + 9 * DAY)
    assert isinstance(outcome(message, TUESDAY), Send)


def test_a_paper_that_is_ready_rings_in_the_morning(sms, visit):
    message = planned(visit, Kind.PRESCRIPTION, channel=Channel.SMS)
    assert outcome(message, NIGHT) == Wait(MORNING)
    assert isinstance(outcome(planned(visit, Kind.PRESCRIPTION), NIGHT), Send)
