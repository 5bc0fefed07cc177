"""Must be shown 2: sixty days, both changes of the clock, and exactly the reminders that the words
of the issue ask for.
"""

import os
import sys
from collections import Counter

import pytest
from django.core import mail

from notifications.enums import REMINDERS, Channel, State, Why
from notifications.models import Message
from tests.notifications.simulation.world import World

# Others for one's own machine: SIMULATION_SEEDS=2,3,4
SEEDS = [int(seed) for seed in os.environ.get("SIMULATION_SEEDS", "1").split(",")]
ACTS = int(os.environ.get("SIMULATION_ACTS", "500"))


@pytest.fixture
def crowded(settings):
    """Few people who book a lot, some of them reached by SMS."""
    settings.BOOKINGS_PER_HOUR = settings.OPEN_VISITS_PER_DOCTOR = 500
    settings.INVITED_PATIENTS_PER_DAY = 500
    settings.DESK_CHANGES_PER_HOUR = settings.DESK_CHANGES_PER_DAY = 500
    settings.PHONE_CHANNELS = ["sms"]
    settings.PHONE = "notifications.channels.phone.Mailbox"


def told():
    """Each reminder that left: the visits that it told of, its kind, channel and time."""
    sent = Message.objects.filter(kind__in=REMINDERS, state=State.SENT)
    return [
        (
            frozenset(
                {(row.visit_id, row.version)}
                | {
                    (other.visit_id, other.version)
                    for other in row.passengers.all()
                    if (other.state, other.why) == (State.SUPPRESSED, Why.JOINED)
                }
            ),
            row.kind.removeprefix("reminder_"),
            row.channel,
            row.sent_at,
        )
        for row in sent.prefetch_related("passengers")
    ]


@pytest.mark.django_db
@pytest.mark.thorough
@pytest.mark.parametrize("seed", SEEDS)
def test_sixty_days_bring_exactly_the_reminders_that_a_model_predicts(crowded, seed, capsys):
    world = World(seed, acts=ACTS)
    world.run()
    found, predicted = Counter(told()), Counter(world.model.told)
    assert (found - predicted, predicted - found) == (Counter(), Counter())
    joined = [visits for visits, *_rest in found if len(visits) > 1]
    outside = [one for one in found if one[2] != "inbox"]
    with capsys.disabled():
        sys.stdout.write(
            f"\nseed {seed}: {len(world.visits)} visits, {len(outside)} reminders outside, "
            f"{len(found) - len(outside)} in inboxes, {len(joined)} of several visits; "
            f"{dict(world.done)}\n"
        )
    assert (len(outside) > ACTS / 5, len(joined) > ACTS / 50) == (True, True)
    assert_each_left_once()


def assert_each_left_once():
    rows = Message.objects.filter(state=State.SENT).exclude(channel=Channel.INBOX)
    gone = Counter(str(m.extra_headers["Message-ID"]) for m in mail.outbox)
    assert gone == Counter(row.message_id for row in rows)
