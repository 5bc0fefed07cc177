"""Addresses that take nothing: marked, spared for seven days, forgiven when something arrives."""

from datetime import timedelta

import pytest
import time_machine

from notifications.enums import Channel, Kind, State, Why
from notifications.models import SPARED, Message, RefusedAddress
from notifications.queries import refusals_of, refused_of
from notifications.services.sending import send_due
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
ALICE = "alice@ejemplo.test"


@pytest.fixture
def refused(planned, sink):
    """Alicia's letter was refused at nine."""
    sink.refuse[ALICE] = "550 no such user"
    send_due()
    sink.refuse.clear()
    return RefusedAddress.objects.get()


def another(visit, at, **fields):
    return MessageFactory(
        visit=visit, kind=Kind.PRESCRIPTION, state=State.PLANNED, due_at=at, **fields
    )


def outcome(message, at):
    with time_machine.travel(at, tick=False):
        send_due()
    message.refresh_from_db()
    return message.state, message.why


def test_a_refused_address_is_marked(refused, now, alice):
    assert (refused.channel, refused.address, refused.account) == ("email", ALICE, alice)
    assert (refused.error, refused.times) == ("SMTPRecipientsRefused 550", 1)
    assert (refused.first_at, refused.last_at) == (now, now)


def test_its_owner_and_the_desk_see_it_for_seven_days(refused, planned, alice, now):
    for at, seen in ((now + SPARED - timedelta(seconds=1), [refused]), (now + SPARED, [])):
        assert refused_of(alice, now=at) == seen
        assert refusals_of(planned, now=at) == seen


def test_nobody_sees_a_mark_of_an_address_that_was_left(refused, planned, alice, now):
    alice.email = "nueva@ejemplo.test"
    alice.save()
    planned.patient.account.refresh_from_db()
    assert (refused_of(alice, now=now), refusals_of(planned, now=now)) == ([], [])


def test_it_is_spared_for_seven_days_and_then_tried(refused, planned, sink, now):
    soon = now + SPARED - timedelta(seconds=1)
    assert outcome(another(planned, soon), soon) == (State.SUPPRESSED, Why.REFUSED)
    late = now + SPARED
    assert outcome(another(planned, late, copy=1), late) == (State.SENT, "")
    assert not RefusedAddress.objects.exists() or RefusedAddress.objects.get() == refused


def test_refused_again_it_is_spared_again(refused, planned, sink, now):
    sink.refuse[ALICE] = "550 no such user"
    late = now + SPARED
    assert outcome(another(planned, late), late) == (State.GIVEN_UP, "")
    refused.refresh_from_db()
    assert (refused.times, refused.first_at, refused.last_at) == (2, now, late)


def test_what_arrives_after_all_takes_the_mark_away(refused, sink, now):
    """A log-in code is tried whatever the mark says."""
    MessageFactory(
        visit=None, version=None, kind=Kind.ACCOUNT, audience="account", recipient=None,
        address=ALICE.title(), state=State.PLANNED, due_at=now, mail=stored(),
    )  # fmt: skip
    send_due()
    assert not RefusedAddress.objects.exists()


def stored():
    return Message._meta.get_field("mail").related_model.objects.create(
        to_address=ALICE, from_address="citas@ejemplo.test", subject="Su código", text="123456"
    )


def test_a_refused_content_marks_no_address(planned, sink, monkeypatch):
    async def refuse(_server, _session, _envelope):
        return "554 spam"

    monkeypatch.setattr(sink, "handle_DATA", refuse)
    send_due()
    rows = Message.objects.filter(kind=Kind.BOOKED, channel=Channel.EMAIL)
    assert set(rows.values_list("state", flat=True)) == {State.GIVEN_UP}
    assert not RefusedAddress.objects.exists()


def test_one_batch_marks_an_address_once_and_spares_it_at_once(planned, sink, now):
    sink.refuse[ALICE] = "550 no such user"
    second = another(planned, now)
    send_due()
    second.refresh_from_db()
    assert (second.state, second.why) == (State.SUPPRESSED, Why.REFUSED)
    assert RefusedAddress.objects.get().times == 1
