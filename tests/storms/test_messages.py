"""Hundreds of changes of visits (STORM_ACTS=2000 for the full size), while workers die, Redis
restarts and the mail server misbehaves: each row ends, and what it says is what arrived.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter

import pytest

from doctobooking.local.state import PROJECT
from tests.storms import checks

pytestmark = pytest.mark.storm
ACTS = int(os.environ.get("STORM_ACTS", "300"))
SEED = 11
# When the crowd is through, faults go on for so many seconds, or until so few messages wait.
TAIL, FEW = 25, 60
BUSY = (
    "import django, sys; django.setup(); from tests.storms.busy import main;"
    " main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])"
)
# Addresses that the mail server refuses: for good, and for now.
GONE = {f"p{n}@storm.test" for n in range(100, 105)}
LATER = {f"p{n}@storm.test" for n in range(105, 110)}
ROWS = """
SELECT m.public_id::text, m.channel, m.kind, m.state, m.why, m.last_error, m.lapses, m.address
FROM notifications_message m WHERE m.id > %s AND m.due_at <= now()
"""
EVENTS = """
SELECT count(*) FROM core_event
WHERE id > %s AND name IN ('appointment.booked', 'appointment.rescheduled', 'appointment.cancelled')
"""
FORGIVE = "UPDATE notifications_message SET next_try_at = now() WHERE state = 'failed'"


def test_every_message_ends_and_says_how(rig, figure):
    checks.settle(rig, 60)
    first_event, first_row, ids_before = last_event(rig), last_row(rig), set(rig.sink.ids())
    rig.sink.refuse.update(dict.fromkeys(GONE, "550 no such user"))
    rig.sink.refuse.update(dict.fromkeys(LATER, "450 greylisted"))
    rig.sink.cut_each = 20
    kills = Counter(hurt(rig, crowd(rig)))
    for address in LATER:
        del rig.sink.refuse[address]
    rig.sink.cut_each = 0
    rig.sql(FORGIVE)
    checks.settle(rig, max(180, ACTS // 2))
    rows = rig.sql(ROWS, (first_row,))
    assert rig.count(EVENTS, (first_event,)) >= ACTS
    report(figure, rig, rows, kills, ids_before)
    for address in GONE:
        del rig.sink.refuse[address]


def crowd(rig):
    return subprocess.Popen(
        [sys.executable, "-c", BUSY, str(ACTS), str(SEED), rig.world["monday"]],
        cwd=PROJECT, env=rig.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def hurt(rig, crowd):
    """While the crowd is busy and most waits to be told: a kill or a restart every few seconds."""
    chance = random.Random(SEED)
    until = None
    while until is None or (time.monotonic() < until and rig.count(checks.WAITING) > FEW):
        if until is None and crowd.poll() is not None:
            until = time.monotonic() + TAIL
        # A worker needs a moment to begin, and shall be struck at work.
        time.sleep(chance.uniform(4, 7))
        name = chance.choice(["worker", "worker", "worker", "valkey", "beat"])
        rig.kill(name)
        time.sleep(chance.uniform(0, 1))
        rig.revive(name)
        yield name
    assert crowd.returncode == 0, crowd.stderr.read()[-2000:]


def report(figure, rig, rows, kills, ids_before):
    """Counted at the mail server: nothing is missing, and a copy only where nobody could know."""
    states = Counter(state for _id, _channel, _kind, state, *_rest in rows)
    assert set(states) <= {"sent", "suppressed", "given_up", "unknown"}, states
    mails = {f"<{row[0]}@doctobooking>": row for row in rows if row[1] == "email"}
    arrived = Counter({key: n for key, n in rig.sink.ids().items() if key not in ids_before})
    sent = {key for key, row in mails.items() if row[3] == "sent"}
    assert sent <= set(arrived)
    unknown = {key for key, row in mails.items() if row[3] == "unknown"}
    assert set(arrived) <= sent | unknown
    doubled = [key for key, n in arrived.items() if n > 1]
    extra = sum(arrived[key] - 1 for key in doubled)
    lapses = sum(row[6] for row in mails.values())
    assert extra <= lapses + rig.sink.cuts
    for _id, channel, kind, state, why, error, _lapses, address in rows:
        if state == "suppressed":
            assert why, (channel, kind)
        if state == "given_up":
            assert error == "SMTPRecipientsRefused 550", error
            assert address in GONE
    given_up = {row[7] for row in mails.values() if row[3] == "given_up"}
    assert given_up == GONE
    assert sum(kills.values()) > 2 and rig.sink.cuts > 2, "a calm storm proves little"
    figure(
        "ledger",
        f"{ACTS} changes, kills {dict(kills)}: {len(mails)} mails, "
        + ", ".join(f"{n} {state}" for state, n in sorted(states.items()))
        + f"; missing 0, {len(unknown)} unknown, {extra} copies of {lapses} lost outcomes"
        f" and {rig.sink.cuts} cut connections",
    )


def last_event(rig):
    return rig.count("SELECT coalesce(max(id), 0) FROM core_event")


def last_row(rig):
    return rig.count("SELECT coalesce(max(id), 0) FROM notifications_message")
