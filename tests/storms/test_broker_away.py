"""Valkey is killed, or hangs: people notice nothing, and the mails go out when it is back."""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest

from tests.storms import checks
from tests.storms.clients import Client

pytestmark = pytest.mark.storm
CLIENTS, SECONDS = 4, 6
PAGES = ["/", "/buscar/?q=cardiologia", "/mis-citas/", "/cuenta/login/"]


async def use(clients, seconds):
    """Book and look about, one person after the other: what is timed is the product, not us. Each
    books twice at least, however slow the machine is.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until or sum(len(client.visits) for client in clients) < 2 * CLIENTS:
        for client in clients:
            await client.live(0)
            await client.book(*client.chance.choice(client.times))
            for page in PAGES:
                await client.get(page)
    await clients[0].get("/readyz")


@pytest.mark.parametrize("trouble", ["absent", "hung"])
def test_broker_away(rig, figure, trouble):
    day = 500 if trouble == "absent" else 540
    clients = [
        Client(
            rig,
            person,
            [(0, rig.time(day) + n * timedelta(minutes=30)) for n in range(24)],
            random.Random(n),
        )
        for n, person in enumerate(rig.world["people"][:CLIENTS])
    ]
    checks.settle(rig, 60)
    if trouble == "absent":
        rig.kill("valkey")
    else:
        rig.halt("valkey")
    try:
        rig.go(use(clients, SECONDS))
    finally:
        began = time.monotonic()
        if trouble == "absent":
            rig.revive("valkey")
        else:
            rig.resume("valkey")
    answers = [answer for client in clients for answer in client.answers]
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) <= {200, 302, 409}, statuses
    booked = sum(len(client.visits) for client in clients)
    assert booked >= 2 * CLIENTS
    checks.settle(rig, 60)
    waited = time.monotonic() - began
    assert checks.lost(rig, clients) == []
    copies = checks.mails(rig).copies
    worst = max(answer.seconds for answer in answers)
    figure(
        f"C3 broker {trouble}",
        f"{len(answers)} requests, {booked} booked, 0 x 5xx, max {worst:.2f} s; "
        f"all mails out {waited:.0f} s after it was back, {copies} copies",
    )
    assert worst <= 3 * checks.busyness()
