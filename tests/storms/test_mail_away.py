"""The mail server is away: bookings, sign-up and password reset do not wait for it."""

import random
import time
from datetime import timedelta

import pytest

from tests.storms import checks
from tests.storms.clients import Client

pytestmark = pytest.mark.storm
SIGNUP = {
    "first_names": "Nueva",
    "last_names": "Persona",
    "password1": "una-clave-larga-2026",
    "role": "patient",
}


async def use(client, stranger, number):
    """One visit booked, one account made, one password asked for."""
    await client.book(*client.times[number])
    email = f"nueva{number}@storm.test"
    await stranger.post("/cuenta/signup/", {**SIGNUP, "email": email})
    await stranger.post("/cuenta/password/reset/", {"email": client.person["email"]})
    return email


def test_mail_server_away(rig, figure):
    person = rig.world["people"][50]
    times = [(2, rig.time(600) + n * timedelta(minutes=30)) for n in range(5)]
    client = Client(rig, person, times, random.Random(1))
    checks.settle(rig, 60)
    before = rig.sink.ids().total()
    rig.sink.stop()
    try:
        new = []
        for number in range(5):
            stranger = Client(rig, {"session": ""}, [], random.Random(1))
            new.append(rig.go(use(client, stranger, number)))
            client.answers += stranger.answers
            time.sleep(2)
    finally:
        rig.sink.start()
    began = time.monotonic()
    assert [answer.status for answer in client.answers if answer.status >= 400] == []
    assert len(client.visits) == 5
    assert rig.count(checks.WAITING) > 0
    checks.settle(rig, 90)
    waited = time.monotonic() - began
    _messages, copies = checks.mails(rig)
    assert copies == 0
    arrived = rig.sink.addressed()[:]
    assert rig.sink.ids().total() - before == 20  # 10 of visits, 5 codes, 5 resets
    assert all(arrived.count(email) == 1 for email in new)
    figure(
        "N3 mail server away",
        f"5 visits, 5 sign-ups, 5 resets, max {max(a.seconds for a in client.answers):.2f} s; "
        f"20 mails out {waited:.0f} s after it was back, 0 lost, 0 doubled",
    )
