"""Every named constraint of the ledger and of the wishes, broken once."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from core.models import Event
from notifications.enums import Audience, Channel, Kind, State, Why
from notifications.models import Message, Preferences, RefusedAddress
from tests.breaches import Breach, check
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROW = {
    "kind": Kind.BOOKED, "channel": Channel.EMAIL, "audience": Audience.PATIENT, "due_at": AT,
    "next_try_at": AT,
}  # fmt: skip
OF_VISIT = {**ROW, "visit": lambda world: world["visit"], "version": 0}
MAIL = {"channel": "email", "address": "a@ejemplo.test", "error": "550", "first_at": AT,
        "last_at": AT}  # fmt: skip
BREACHES = {
    "message_once_per_visit": Breach(Message, OF_VISIT),
    "message_once": Breach(Message, {**ROW, "event": lambda world: world["event"]}),
    "message_digest_once": Breach(
        Message,
        {**ROW, "kind": Kind.DIGEST, "recipient": lambda world: world["doctor"].user,
         "doctor": lambda world: world["doctor"], "day": date(2026, 11, 25)},
    ),
    "message_of_visit_has_version": Breach(
        Message, {**OF_VISIT, "version": None, "kind": Kind.CANCELLED}
    ),
    "message_sent_has_time": Breach(
        Message, {**OF_VISIT, "kind": Kind.CANCELLED, "state": State.SENT}
    ),
    "message_suppressed_says_why": Breach(
        Message, {**OF_VISIT, "kind": Kind.CANCELLED, "state": State.SUPPRESSED}
    ),
    "preferences_of_one": Breach(Preferences),
    "refusedaddress_once": Breach(RefusedAddress, MAIL),
}  # fmt: skip


@pytest.fixture
def world(visit, now):
    """One row of each kind stands there already."""
    things = {"visit": visit, "doctor": visit.doctor, "event": Event.objects.first()}
    for name in ("message_once_per_visit", "message_once", "message_digest_once",
                 "refusedaddress_once"):  # fmt: skip
        BREACHES[name].instance(things).save()
    return things


@pytest.mark.parametrize("name", BREACHES)
def test_breach_is_refused(name, world):
    check(name, BREACHES[name], world)


@pytest.mark.parametrize(
    "other",
    [{"version": 1}, {"audience": "doctor"}, {"reader_key": "7"}, {"kind": "cancelled"},
     {"channel": "sms"}, {"copy": 1}],
)  # fmt: skip
def test_what_differs_in_one_part_of_the_key_is_another_message(world, other):
    MessageFactory(visit=world["visit"], **{"version": 0, "kind": Kind.BOOKED, **other})


def refused(**fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Preferences.objects.create(**fields)
    return True


def test_wishes_are_of_an_account_or_of_a_patient_not_of_both(alice):
    assert refused(account=alice, patient=alice.patients.get())
    Preferences.objects.create(account=alice)
    assert refused(account=alice)


def test_a_reason_is_of_what_was_not_sent_only(visit):
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageFactory(visit=visit, state=State.SENT, why=Why.MOVED)
