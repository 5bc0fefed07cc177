"""What the waiting list tells its people, when, and when not any more."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from appointments.models import WaitingOffer
from appointments.services.waiting_answers import refuse_offer
from appointments.services.waiting_desk import offer_by_hand
from appointments.services.waiting_entries import warn_of_end
from appointments.services.waiting_offers import offer_due
from notifications.deciding import Drop, Send, Wait, decide
from notifications.enums import Channel, Kind, State, Why
from notifications.letters import letter_of, subject_of
from notifications.models import Message
from notifications.notices import notice_of
from notifications.queries import inbox_of
from notifications.readers import account_reader
from notifications.services.planning import plan_messages
from tests.appointments.waiting.conftest import HOUR, WEDNESDAY

pytestmark = pytest.mark.django_db


def told(kind, now):
    plan_messages(now=now)
    return Message.objects.filter(kind=kind).order_by("channel")


def ruling(message, now):
    return decide(message, now=now, is_refused=lambda _channel, _address: False)


@pytest.fixture
def offer(wait, offered, alice):
    wait(alice)
    return offered()


def test_offer_is_told_on_our_pages_and_by_mail(offer, alice, now):
    mail, inbox = told(Kind.WAITING_OFFER, now)
    assert (mail.channel, mail.recipient, mail.address, mail.state) == (
        Channel.EMAIL, alice, alice.email, State.PLANNED,
    )  # fmt: skip
    assert (inbox.channel, inbox.state, inbox.offer) == (Channel.INBOX, State.SENT, offer)
    assert isinstance(ruling(mail, now), Send)
    plan_messages(now=now)
    assert told(Kind.WAITING_OFFER, now).count() == 2


def test_letter_says_the_facts_and_leads_to_a_page_that_asks(offer, alice, now):
    mail, inbox = told(Kind.WAITING_OFFER, now)
    letter = letter_of(mail, account_reader(alice))
    assert letter.subject == (
        "Se liberó una hora para usted: miércoles 25 de noviembre, 9:00, Dra. Ana Molina Paz"
    )
    path = reverse("appointments:waiting_offer", args=[offer.public_id])
    assert letter.url.endswith(path)
    assert ("Se la guardamos hasta", "lunes 23 de noviembre, 13:00") in letter.facts
    assert "Cardiolog" not in str(letter)
    assert notice_of(inbox_of(alice).get()).path == path
    with translation.override("en"):
        assert subject_of(inbox).startswith("A time has become free for you")


@pytest.mark.parametrize("act", ["refused", "over"])
def test_offer_that_is_over_is_not_told(offer, alice, now, act):
    mail, _inbox = told(Kind.WAITING_OFFER, now)
    if act == "refused":
        refuse_offer(offer=offer, actor=alice, now=now)
    later = offer.expires_at if act == "over" else now
    assert ruling(Message.objects.get(pk=mail.pk), later) == Drop(Why.OFFER_OVER)


def test_what_ran_out_is_told(offer, now):
    offer_due(now=offer.expires_at)
    mail, _inbox = told(Kind.WAITING_MISSED, offer.expires_at)
    assert subject_of(mail).startswith("La hora que le ofrecimos venció: miércoles 25")
    assert isinstance(ruling(mail, offer.expires_at), Send)


def test_offer_of_tomorrow_rings_at_night(wait, free, alice, now):
    alice.message_preferences = None
    wait(alice)
    free(WEDNESDAY - timedelta(days=1))
    night = now + 13 * HOUR
    offer_due(now=night)
    mail, _inbox = told(Kind.WAITING_OFFER, night)
    mail.channel = Channel.SMS
    assert not isinstance(ruling(mail, night), Wait)


def test_hand_offer_of_the_night_is_told_in_the_morning(wait, clinic, alice, dr_chen, now):
    entry = wait(alice)
    night, morning = now + 13 * HOUR, now + 23 * HOUR
    offer_by_hand(entry=entry, clinic=clinic, starts_at=WEDNESDAY, actor=dr_chen.user, now=night)
    rows = told(Kind.WAITING_OFFER, night)
    assert [(row.due_at, row.state) for row in rows] == [(morning, State.PLANNED)] * 2
    assert WaitingOffer.objects.get().expires_at == morning + 4 * HOUR


def test_end_that_comes_near(wait, alice, now):
    wait(alice, until_date=date(2026, 11, 30))
    later = now + timedelta(days=5)
    assert warn_of_end(now=later) == 1
    mail, inbox = told(Kind.WAITING_ENDING, later)
    assert subject_of(mail) == "Su lista de espera está por terminar: lunes 30 de noviembre"
    assert notice_of(inbox).path == reverse("appointments:waiting")
