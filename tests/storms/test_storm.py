"""Sixteen people at few times for half a minute; the worker is killed in the middle of it."""

import asyncio
import random
import time
from collections import Counter
from datetime import timedelta

import pytest

from tests.storms import checks
from tests.storms.clients import Client
from tests.storms.http import percentile

pytestmark = pytest.mark.storm
CLIENTS, SECONDS, SEED = 16, 30, 7
HALF_HOUR, THREE_QUARTERS = timedelta(minutes=30), timedelta(minutes=45)


def few_times(rig):
    """24 times: two clinics of one doctor that overlap, and one of another doctor."""
    start = rig.time(400)
    return [
        *((0, start + n * HALF_HOUR) for n in range(10)),
        *((1, start + n * THREE_QUARTERS) for n in range(6)),
        *((2, start + n * HALF_HOUR) for n in range(8)),
    ]


async def play(rig, clients):
    until = time.monotonic() + SECONDS
    people = [asyncio.ensure_future(client.live(until)) for client in clients]
    await asyncio.sleep(SECONDS / 2)
    rig.kill("worker")
    await asyncio.sleep(2)
    rig.revive("worker")
    await asyncio.gather(*people)


def test_storm(rig, figure):
    times = few_times(rig)
    clients = [
        Client(rig, person, times, random.Random(f"{SEED} {n}"))
        for n, person in enumerate(rig.world["people"][-CLIENTS:])
    ]
    rig.go(play(rig, clients))
    checks.settle(rig, 120)
    answers = [answer for client in clients for answer in client.answers]
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) <= {200, 302, 409}, statuses
    assert checks.overlaps(rig) == 0
    assert checks.lost(rig, clients) == []
    assert ghosts(rig, clients) == 0
    messages, copies = checks.mails(rig)
    assert copies <= rig.count("SELECT sum(lapses) FROM notifications_message")
    report(figure, clients, answers, statuses)
    figure("N1 mails", f"{messages} messages, 0 lost, 0 doubled, {copies} known copies")


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


def ghosts(rig, clients):
    """Visits that no page ever promised."""
    accounts = [client.person["account"] for client in clients]
    return rig.count(
        "SELECT count(*) FROM appointments_appointment WHERE booked_by_id = ANY (%s) "
        "AND NOT public_id::text = ANY (%s)",
        (accounts, [key for client in clients for key in client.visits]),
    )


def report(figure, clients, answers, statuses):
    seconds = [answer.seconds for answer in answers]
    p99 = percentile(seconds, 0.99)
    visits = [visit for client in clients for visit in client.visits.values()]
    figure(
        "B4 storm",
        f"{CLIENTS} clients, {SECONDS} s: {len(answers)} requests, "
        f"p99 {p99:.2f} s (aim 2), max {max(seconds):.2f} s, 0 x 5xx",
    )
    figure(
        "B4 outcome",
        f"{len(visits)} booked, {sum(v.is_cancelled for v in visits)} cancelled, "
        f"{sum(v.moves for v in visits)} moved, {statuses[409]} refused; "
        "0 overlaps, 0 lost, 0 ghosts",
    )
    assert len(visits) > CLIENTS, "a storm that books little proves little"
