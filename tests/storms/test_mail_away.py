"""The mail server is away, full, hangs, refuses one, cuts: nobody waits, and each mail comes.

MAIL_SECONDS=1200 MAIL_ROUNDS=67 for an hour with 200 bookings, as in docs/operations.md.
"""

import os
import random
import time
from datetime import timedelta

import pytest

from tests.storms import checks
from tests.storms.clients import Client
from tests.storms.rig import soon

pytestmark = pytest.mark.storm
# Of each trouble; and how many people come meanwhile.
SECONDS = float(os.environ.get("MAIL_SECONDS", "5"))
ROUNDS = int(os.environ.get("MAIL_ROUNDS", "3"))
HALF_HOUR = timedelta(minutes=30)
SIGNUP = {
    "first_names": "Nueva",
    "last_names": "Persona",
    "password1": "una-clave-larga-2026",
    "role": "patient",
    "accepts": "on",
}
# Two of a visit, a code, a reset.
MAILS = 4
QUICK = 3.0


class Away:
    """What the server does until it is well again."""

    def __init__(self, sink):
        self.sink = sink

    def refuses_connections(self):
        self.sink.kill()

    def refuses_for_now(self):
        self.sink.start()
        self.sink.refuse[""] = "451 later, please"

    def hangs(self):
        self.sink.refuse.clear()
        self.sink.hang = 3600

    def is_well(self):
        self.sink.kill()  # ends what hangs
        self.sink.refuse.clear()
        self.sink.hang = 0
        self.sink.start()


async def use(client, stranger, number, forgetful):
    """One visit booked, one account made, one password asked for: few are sent to one address."""
    await client.book(*client.times[number])
    email = f"nueva{number}@storm.test"
    await stranger.post("/cuenta/signup/", {**SIGNUP, "email": email})
    await stranger.post("/cuenta/password/reset/", {"email": forgetful["email"]})
    return email


def come(rig, client, first):
    """People, spread over the time of one trouble."""
    emails = []
    for number in range(first, first + ROUNDS):
        began = time.monotonic()
        stranger = Client(rig, {"session": ""}, [], random.Random(1))
        emails.append(rig.go(use(client, stranger, number, rig.world["people"][number])))
        client.answers += stranger.answers
        time.sleep(max(0, SECONDS / ROUNDS - (time.monotonic() - began)))
    return emails


def test_mail_server_away(rig, figure):
    person, away = rig.world["people"][50], Away(rig.sink)
    troubles = [away.refuses_connections, away.refuses_for_now, away.hangs]
    times = [(2, rig.time(608 + n)) for n in range(min(30, ROUNDS * 3))]
    times += [(3, rig.time(900 + n)) for n in range(ROUNDS * 3 - len(times))]
    client = Client(rig, person, times, random.Random(1))
    checks.settle(rig, 60)
    before = len(rig.sink.mails)
    new = []
    try:
        for number, trouble in enumerate(troubles):
            trouble()
            new += come(rig, client, number * ROUNDS)
    finally:
        away.is_well()
    began = time.monotonic()
    worst = max(answer.seconds for answer in client.answers)
    assert [answer.status for answer in client.answers if answer.status not in (200, 302)] == []
    assert len(client.visits) == len(new) == ROUNDS * 3
    assert rig.count(checks.WAITING) > 0
    checks.settle(rig, 300)
    waited = time.monotonic() - began
    assert checks.mails(rig).copies == 0
    arrived = rig.sink.addressed()
    assert len(arrived) - before == MAILS * len(new)
    assert all(arrived.count(email) == 1 for email in new)
    assert checks.lost(rig, [client]) == []
    assert worst <= QUICK * checks.busyness()
    figure(
        "N3 mail server away, full, hung",
        f"3 x {SECONDS:.0f} s: {len(new)} visits, sign-ups and resets, max {worst:.2f} s; "
        f"{MAILS * len(new)} mails out {waited:.0f} s after it was well (aim 300), "
        "0 lost, 0 doubled",
    )


def test_one_address_is_refused_for_good(rig, figure):
    """It is given up at once, said to people on call, and holds up nobody."""
    poisoned, other = (
        Client(rig, rig.world["people"][n], [(2, rig.time(650 + n - 51))], random.Random(n))
        for n in (51, 52)
    )
    checks.settle(rig, 60)
    rig.sink.refuse = {poisoned.person["email"]: "550 no such mailbox"}
    try:
        rig.go(poisoned.book(*poisoned.times[0]))
        rig.go(other.book(*other.times[0]))
        began = time.monotonic()
        assert soon(lambda: other.person["email"] in rig.sink.addressed(), 15)
        waited = time.monotonic() - began
        checks.settle(rig, 30)
    finally:
        rig.sink.refuse = {}
    ((state, attempts, error),) = rig.sql(
        "SELECT state, attempts, last_error FROM notifications_message "
        "WHERE channel = 'email' AND kind = 'booked' AND recipient_id = %s",
        (poisoned.person["account"],),
    )
    assert (state, "550" in error) == ("given_up", True)
    assert attempts <= 2
    checks.mails(rig)
    figure(
        "N4 550", f"given up after {attempts} attempt; the next mail out in {waited:.1f} s (aim 10)"
    )
    assert waited <= 10 * checks.busyness()


def test_connection_is_cut_after_the_mail(rig, figure):
    """The server has it and could not say so: the copy has the same name, and can be told."""
    times = [(2, rig.time(720) + n * HALF_HOUR) for n in range(13)]
    client = Client(rig, rig.world["people"][53], times, random.Random(1))
    checks.settle(rig, 60)
    cuts = rig.sink.cuts
    rig.sink.cut_each = 10
    try:
        for clinic, at in times:
            rig.go(client.book(clinic, at))
        checks.settle(rig, 180)
    finally:
        rig.sink.cut_each = 0
    assert len(client.visits) == len(times)
    faults, extras = rig.sink.cuts - cuts, checks.mails(rig).copies
    figure(
        "N5 cut after DATA",
        f"{faults} of {2 * len(times)} mails: 0 lost, {extras} copies, each with the same name",
    )
    assert faults >= len(times) // 10
    assert extras <= faults
