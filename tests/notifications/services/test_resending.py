"""Once more, by hand: one more row, and a refusal with its sentence where it makes no sense."""

from datetime import timedelta

import pytest
import time_machine

from core.models import Event
from notifications.enums import Audience, Channel, Kind, State, Why
from notifications.models import Message
from notifications.refusals import JustSent, NotAgain, StillUnderWay, VisitStarted
from notifications.services.resending import PAUSE, can_be_repeated, send_again
from notifications.services.sending import send_due
from tests.appointments.crowd import at_once, kinds
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(planned, sink, now):
    """Alicia's letter left at nine."""
    send_due()
    return Message.objects.get(kind=Kind.BOOKED, audience="patient", channel=Channel.EMAIL)


def later(now, minutes=10):
    return now + timedelta(minutes=minutes)


def test_one_more_row_that_is_sent(sent, sink, now, dr_chen):
    again = send_again(message=sent, actor=dr_chen.user, now=later(now))
    assert (again.copy, again.resent_by, again.state) == (1, dr_chen.user, State.PLANNED)
    assert (again.visit, again.change, again.message_id != sent.message_id) == (
        sent.visit, sent.change, True,
    )  # fmt: skip
    with time_machine.travel(later(now), tick=False):
        send_due()
    assert sink.addressed().count("alice@ejemplo.test") == 2
    sent.refresh_from_db()
    assert (sent.state, sent.sent_at) == (State.SENT, now)
    event = Event.objects.get(name="message.resent")
    assert (event.subject_id, event.actor) == (again.public_id, dr_chen.user)


def test_ten_minutes_must_pass(sent, now, alice):
    with pytest.raises(JustSent):
        send_again(message=sent, actor=alice, now=now + PAUSE - timedelta(seconds=1))
    again = send_again(message=sent, actor=alice, now=now + PAUSE)
    with pytest.raises(StillUnderWay):
        send_again(message=sent, actor=alice, now=later(now, 60))
    Message.objects.filter(pk=again.pk).update(state=State.SENT, sent_at=later(now))
    with pytest.raises(JustSent):
        send_again(message=sent, actor=alice, now=later(now, 19))
    assert send_again(message=again, actor=alice, now=later(now, 20)).copy == 2


@pytest.mark.parametrize("state", [State.PLANNED, State.SENDING, State.FAILED])
def test_what_is_under_way_is_not_repeated(sent, now, alice, state):
    Message.objects.filter(pk=sent.pk).update(state=state)
    with pytest.raises(NotAgain):
        send_again(message=sent, actor=alice, now=later(now))


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({}, True),
        ({"state": State.GIVEN_UP}, True),
        ({"state": State.UNKNOWN}, True),
        ({"state": State.SUPPRESSED, "why": Why.CANCELLED}, False),
        ({"channel": Channel.INBOX}, False),
        ({"audience": Audience.ACCOUNT}, False),
        ({"kind": Kind.DIGEST}, False),
        ({"visit": None}, False),
    ],
)
def test_what_may_be_repeated(sent, fields, may):
    for name, value in fields.items():
        setattr(sent, name, value)
    assert can_be_repeated(sent) == may


@pytest.mark.parametrize("kind", [Kind.BOOKED, Kind.REMINDER_HOURS])
def test_nothing_about_a_visit_that_began(sent, alice, kind):
    Message.objects.filter(pk=sent.pk).update(kind=kind, copy=7)
    with pytest.raises(VisitStarted):
        send_again(message=sent, actor=alice, now=sent.visit.starts_at)


def test_what_comes_after_a_visit_is_repeated_after_it(sent, alice):
    Message.objects.filter(pk=sent.pk).update(kind=Kind.PRESCRIPTION)
    assert send_again(message=sent, actor=alice, now=sent.visit.starts_at).copy == 1


@pytest.mark.parametrize("kind", [Kind.REMINDER_DAY, Kind.BOOKED])
def test_what_is_not_so_any_more_is_not_said_again(sent, alice, now, kind):
    Message.objects.filter(pk=sent.pk).update(kind=kind, copy=7)
    type(sent.visit).objects.filter(pk=sent.visit_id).update(sequence=1)
    with pytest.raises(NotAgain):
        send_again(message=sent, actor=alice, now=later(now))


def test_a_reminder_of_a_visit_that_moves_meanwhile_is_dropped(sent, alice, now):
    Message.objects.filter(pk=sent.pk).update(kind=Kind.REMINDER_DAY, copy=7)
    again = send_again(message=sent, actor=alice, now=later(now))
    type(sent.visit).objects.filter(pk=sent.visit_id).update(sequence=1)
    with time_machine.travel(later(now), tick=False):
        send_due()
    again.refresh_from_db()
    assert (again.state, again.why) == (State.SUPPRESSED, Why.MOVED)


@pytest.mark.django_db(transaction=True)
def test_many_clicks_are_one_more_message(sent, alice, now):
    answers = at_once(
        *[lambda: send_again(message=sent, actor=alice, now=later(now))] * 6
    )  # fmt: skip
    assert kinds(answers) == {"Message": 1, "StillUnderWay": 5}


def test_two_people_of_reception_are_two_families(visit, now, carla):
    """What one of them was sent a moment ago holds up nothing of the other's."""
    rows = [
        MessageFactory(visit=visit, audience="assistant", recipient=carla, reader_key=key)
        for key in ("7", "8")
    ]
    assert [send_again(message=row, actor=carla, now=now).copy for row in rows] == [1, 1]
