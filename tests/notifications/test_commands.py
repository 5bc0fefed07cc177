"""What waits and what is wrong: `outbox --status`, the backlog on /readyz, `check_integrity`."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from core.models import Event
from notifications.enums import Channel, Kind, State, Why
from notifications.models import Message
from notifications.queries import STALE, oldest_waiting
from notifications.services.planning import plan_messages
from notifications.services.sending import send_due
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def outbox():
    out = StringIO()
    call_command("outbox", "--status", stdout=out)
    return json.loads(out.getvalue())


def ready(client, at):
    with time_machine.travel(at, tick=False):
        part = client.get("/readyz").json()["outbox"]
    return part["ok"], part["oldest_seconds"]


def breaches():
    out = StringIO()
    try:
        call_command("check_integrity", stdout=out)
    except SystemExit as end:
        assert end.code == 1
    lines = (line.strip().split("  ", 1) for line in out.getvalue().splitlines())
    return {name: int(count) for count, name in lines if count != "0"}


# The backlog -----------------------------------------------------------------------


def test_what_waits_shows_after_five_minutes(planned, client, now):
    assert ready(client, now + STALE - timedelta(seconds=1)) == (True, 299)
    assert ready(client, now + STALE) == (False, 300)


def test_an_event_that_nobody_planned_shows_too(visit, client, now):
    assert ready(client, now + STALE) == (False, 300)


def test_what_is_planned_far_ahead_is_no_backlog(planned, now):
    send_due()
    assert Message.objects.filter(state=State.PLANNED).exists()
    assert oldest_waiting(now) is None


def test_what_waits_for_the_morning_is_no_backlog(planned, now, slot):
    send_due()
    night = slot - timedelta(hours=12)
    with time_machine.travel(night, tick=False):
        send_due()
    assert oldest_waiting(night + timedelta(minutes=10)) is None


def test_what_is_tried_again_and_again_shows_since_it_was_due(planned, sink, now):
    sink.refuse[""] = "450 not now"
    send_due()
    assert Message.objects.filter(state=State.FAILED).count() == 2
    assert oldest_waiting(now + timedelta(seconds=1)) == now


def test_what_is_over_is_no_backlog(planned, now):
    Message.objects.update(state=State.SUPPRESSED, why=Why.CANCELLED)
    assert oldest_waiting(now + timedelta(days=30)) is None


def test_the_outbox_counts_by_state(planned, now):
    assert outbox() == {
        "events_waiting": 0,
        "messages": {"planned": Message.objects.filter(state=State.PLANNED).count(), "sent": 2},
        "oldest_unsent_seconds": 0,
    }
    with time_machine.travel(now + timedelta(minutes=7), tick=False):
        assert outbox()["oldest_unsent_seconds"] == 420


# Integrity -----------------------------------------------------------------------------


PATIENT_TOLD = "processed event of a visit that its patient was not told of, once"
DOCTOR_TOLD = "processed event of a visit that its doctor was not told of, once"
NO_REMINDER = "visit within a week without a reminder"
NOT_AS_IT_WAS = "reminder that was sent of a visit as it was not"
NOTHING_SAID = "message that says neither that it was sent nor why not"


@pytest.fixture
def told(planned, now):
    """Everything in order, in a world that is a second old."""
    send_due()
    return planned


def test_a_sound_ledger_has_no_breach(told):
    assert breaches() == {}


def test_sent_again_and_by_another_channel_is_once_all_the_same(told, now):
    first = Message.objects.get(kind=Kind.BOOKED, audience="patient", channel=Channel.EMAIL)
    columns = {"visit": told, "event": first.event, "change": first.change}
    MessageFactory(**columns, copy=1)
    MessageFactory(**columns, channel=Channel.SMS, instead_of=first)
    assert breaches() == {}


@pytest.mark.parametrize(("audience", "line"), [("patient", PATIENT_TOLD), ("doctor", DOCTOR_TOLD)])
def test_who_was_not_told(told, audience, line):
    Message.objects.filter(kind=Kind.BOOKED, audience=audience).delete()
    assert breaches() == {line: 1}


@pytest.mark.parametrize(("audience", "line"), [("patient", PATIENT_TOLD), ("doctor", DOCTOR_TOLD)])
def test_who_was_told_twice(told, audience, line):
    first = Message.objects.get(kind=Kind.BOOKED, audience=audience, channel=Channel.EMAIL)
    MessageFactory(
        visit=told, event=first.event, change=first.change, audience=audience,
        channel=Channel.SMS, recipient=first.recipient,
    )  # fmt: skip
    assert breaches() == {line: 1}


def test_a_visit_without_reminders(told, now, slot):
    Message.objects.filter(kind__startswith="reminder").delete()
    type(told).objects.update(booked_at=now - timedelta(hours=3))
    with time_machine.travel(now - timedelta(hours=1), tick=False):
        assert breaches() == {}  # too fresh: `plan_missing` is hourly
    with time_machine.travel(now, tick=False):
        assert breaches() == {NO_REMINDER: 1}


def test_a_reminder_after_its_visit_began(told, slot):
    MessageFactory(visit=told, kind=Kind.REMINDER_HOURS, copy=1, sent_at=slot)
    assert breaches() == {NOT_AS_IT_WAS: 1}


def test_given_up_without_a_word(told):
    row = Message.objects.filter(kind=Kind.BOOKED, channel=Channel.EMAIL).first()
    Message.objects.filter(pk=row.pk).update(state=State.GIVEN_UP)
    assert breaches() == {NOTHING_SAID: 1}


def test_what_is_not_planned_yet_is_no_breach(visit, now):
    assert Event.objects.filter(processed_at=None).exists()
    assert breaches() == {}
    plan_messages(now=now)
    assert breaches() == {}
