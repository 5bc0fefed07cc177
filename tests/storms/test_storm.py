"""Sixteen people at few times for a while, and nothing else happens (see test_crashes)."""

import asyncio
import os
import random
import time
from collections import Counter
from datetime import timedelta

import pytest

from tests.storms import checks
from tests.storms.clients import Client
from tests.storms.http import percentile

pytestmark = pytest.mark.storm
# The figures of docs/operations.md: CALM_CLIENTS=32 CALM_SECONDS=60.
CLIENTS = int(os.environ.get("CALM_CLIENTS", "16"))
SECONDS = float(os.environ.get("CALM_SECONDS", "20"))
SEED = 7
HALF_HOUR, THREE_QUARTERS = timedelta(minutes=30), timedelta(minutes=45)


def few_times(rig):
    """24 times: two clinics of one doctor that overlap, and one of another doctor."""
    start = rig.time(400)
    return [
        *((0, start + n * HALF_HOUR) for n in range(10)),
        *((1, start + n * THREE_QUARTERS) for n in range(6)),
        *((2, start + n * HALF_HOUR) for n in range(8)),
    ]


async def play(clients):
    until = time.monotonic() + SECONDS
    await asyncio.gather(*(client.live(until) for client in clients))


def test_storm(rig, figure):
    times = few_times(rig)
    clients = [
        Client(rig, person, times, random.Random(f"{SEED} {n}"))
        for n, person in enumerate(rig.world["people"][200 : 200 + CLIENTS])
    ]
    before = rig.count("SELECT coalesce(max(id), 0) FROM appointments_appointment")
    rig.go(play(clients))
    checks.settle(rig, 60)
    answers = [answer for client in clients for answer in client.answers]
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) <= {200, 302, 409}, statuses
    assert checks.overlaps(rig) == 0
    assert checks.lost(rig, clients) == []
    assert checks.ghosts(rig, clients, before) == 0
    mails = checks.mails(rig)
    assert (mails.copies, mails.unknown) == (0, 0)
    report(figure, clients, answers, statuses)
    figure("N1 mails", f"{mails.messages} messages, 0 lost, 0 doubled")


async def at_leisure(client):
    for clinic, at in client.times:
        await client.book(clinic, at)
        await asyncio.sleep(0.5)
    for visit in list(client.visits):
        await client.cancel(visit)
        await asyncio.sleep(0.5)


def test_calm(rig, figure):
    """How long a mail takes when nobody is in a hurry."""
    times = [(2, rig.time(440) + n * HALF_HOUR) for n in range(8)]
    client = Client(rig, rig.world["people"][70], times, random.Random(1))
    checks.settle(rig, 60)
    first_event = rig.count("SELECT coalesce(max(id), 0) FROM core_event")
    rig.go(at_leisure(client))
    checks.settle(rig, 30)
    assert checks.lost(rig, [client]) == []
    usual, worst = rig.sql(checks.LATENCY, (first_event,))[0]
    figure(
        "N2 commit to mail server",
        f"p95 {usual:.1f} s (aim 5), max {worst:.1f} s (aim 30)",
    )


def report(figure, clients, answers, statuses):
    seconds = [answer.seconds for answer in answers]
    p99 = percentile(seconds, 0.99)
    visits = [visit for client in clients for visit in client.visits.values()]
    figure(
        "B4 storm",
        f"{CLIENTS} clients, {SECONDS:.0f} s: {len(answers)} requests, "
        f"p99 {p99:.2f} s (aim 2), max {max(seconds):.2f} s, 0 x 5xx",
    )
    figure(
        "B4 outcome",
        f"{len(visits)} booked, {sum(v.is_cancelled for v in visits)} cancelled, "
        f"{sum(v.moves for v in visits)} moved, {statuses[409]} refused; "
        "0 overlaps, 0 lost, 0 ghosts",
    )
    assert len(visits) > CLIENTS, "a storm that books little proves little"
