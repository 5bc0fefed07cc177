"""Thirty-two people book, move and cancel while everything that runs is killed at random.

The figures of docs/operations.md: STORM_SEEDS=1,2,3 STORM_SECONDS=90.
"""

import asyncio
import os
import random
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.storms import checks
from tests.storms.clients import Client
from tests.storms.http import Request
from tests.storms.rig import soon
from tests.storms.test_storm import HALF_HOUR, THREE_QUARTERS

pytestmark = pytest.mark.storm
SEEDS = os.environ.get("STORM_SEEDS", "1").split(",")
SECONDS = float(os.environ.get("STORM_SECONDS", "30"))
CLIENTS = 32
VICTIMS = ["web", "worker", "beat", "valkey", "postgres", "smtp"]
# A lease is a minute; what was in the hands of a dead worker leaves when it has run out.
OUT = 60
BACK = 5
# Of the mail server with each mail: so that kills find mails in the hands of the worker.
SLOWNESS = 0.1


def few_times(rig, number):
    """24 times of one day: two clinics of one doctor that overlap, and one of another doctor."""
    start = rig.time(700 + 40 * number)
    return [
        *((0, start + n * HALF_HOUR) for n in range(10)),
        *((1, start + n * THREE_QUARTERS) for n in range(6)),
        *((2, start + n * HALF_HOUR) for n in range(8)),
    ]


class Reaper:
    """Kills one after the other, each at least once, and brings it back as a supervisor would."""

    def __init__(self, rig, chance):
        self.rig, self.chance = rig, chance
        self.back = defaultdict(list)
        self.ended = 0  # what ended by itself, and a supervisor had to start again

    def go_about(self, seconds):
        until, bag = time.monotonic() + seconds, []
        while time.monotonic() < until or self.kills < len(VICTIMS):
            time.sleep(self.chance.uniform(0.5, 2))
            bag = bag or self.chance.sample(VICTIMS, len(VICTIMS))
            self.take(bag.pop(), self.chance.uniform(0, 1.5))

    def take(self, name, rest=0.0):
        """Kill it; note after how many seconds of its new life it is of use again."""
        if name == "smtp":
            self.rig.sink.kill()
            time.sleep(rest)
            self.rig.sink.start()
            self.back[name].append(0.0)
            return
        self.rig.kill(name)
        time.sleep(rest)
        began = time.monotonic()
        self.rig.revive(name)
        assert soon(lambda: self.is_of_use(name), 60), name
        self.back[name].append(time.monotonic() - began)

    def is_of_use(self, name):
        """To the others too, by themselves: nobody lends them a hand."""
        for other in ("web", "worker", "beat"):
            if not self.rig.child(other).is_running:
                self.ended += 1
                self.rig.revive(other)
        if name == "postgres":
            return self.rig.ask(Request("/mis-citas/", self.session)).status == 200
        return name != "valkey" or self.rig.is_consuming()

    @property
    def session(self):
        return self.rig.world["people"][70]["session"]

    @property
    def kills(self):
        return sum(map(len, self.back.values()))


async def play(clients, until):
    """Until then; and at the end nobody is left in doubt."""
    await asyncio.gather(*(client.look_around() for client in clients))
    await asyncio.gather(*(client.live(until) for client in clients))
    for _try in range(60):
        await asyncio.gather(*(client.find_out() for client in clients))
        if not any(client.doubts for client in clients):
            return
        await asyncio.sleep(0.5)
    raise AssertionError("pages that cannot be had")


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_is_killed(rig, figure, seed):
    chance = random.Random(seed)
    times = few_times(rig, SEEDS.index(seed))
    clients = [
        Client(rig, person, times, random.Random(f"{seed} {n}"), leisure=1.0)
        for n, person in enumerate(rig.world["people"][220 : 220 + CLIENTS])
    ]
    before = rig.count("SELECT coalesce(max(id), 0) FROM appointments_appointment")
    reaper = Reaper(rig, chance)
    rig.sink.hang = SLOWNESS
    with ThreadPoolExecutor(1) as elsewhere:
        # The kernel watches the thread that forks: the kills are here, the people there.
        crowd = elsewhere.submit(rig.go, play(clients, time.monotonic() + SECONDS))
        reaper.go_about(SECONDS)
        crowd.result()
    rig.sink.hang = 0
    over = time.monotonic()
    doubts = sum(client.cleared for client in clients)
    checks.settle(rig, OUT + 30)
    settled = time.monotonic() - over
    assert checks.overlaps(rig) == 0
    assert checks.lost(rig, clients) == []
    assert checks.ghosts(rig, clients, before) == 0
    mails = checks.mails(rig)
    rig.check_integrity()
    figure(
        f"C1 mails, seed {seed}",
        f"{mails.messages} messages so far, 0 lost, {mails.copies} copies, each after an unknown "
        f"outcome; {mails.unknown} left to people; all out {settled:.0f} s after the last kill; "
        f"{doubts} lost answers found out from pages",
    )
    report(figure, seed, clients, reaper)


def report(figure, seed, clients, reaper):
    statuses = Counter(answer.status for client in clients for answer in client.answers)
    visits = [visit for client in clients for visit in client.visits.values()]
    figure(
        f"C1 crashes, seed {seed}",
        f"{reaper.kills} kills in {SECONDS:.0f} s, {CLIENTS} clients, "
        f"{len(visits)} booked, {sum(v.is_cancelled for v in visits)} cancelled, "
        f"{sum(v.moves for v in visits)} moved: 0 lost, 0 ghosts, 0 overlaps; answers "
        + ", ".join(f"{n} x {status or 'none'}" for status, n in sorted(statuses.items())),
    )
    figure(
        f"C2 back under the storm, seed {seed}",
        f"at the most {seconds_of(reaper)}; {reaper.ended} processes ended by themselves",
    )
    assert reaper.ended == 0
    assert set(statuses) <= {0, 200, 302, 409, 503}, statuses
    assert len(visits) > CLIENTS / 2, "a storm that books little proves little"


def seconds_of(reaper):
    """The longest of each."""
    return ", ".join(
        f"{name} {max(seconds):.1f} s"
        for name, seconds in sorted(reaper.back.items())
        if name not in {"smtp", "beat"}
    )


def test_each_is_back_soon(rig, figure):
    """The same without a crowd; and a visit booked while the worker is dead is told of."""
    client = Client(
        rig, rig.world["people"][71], [(2, rig.time(680) + n * HALF_HOUR) for n in range(4)],
        random.Random(1),
    )  # fmt: skip
    reaper = Reaper(rig, random.Random(1))
    checks.settle(rig, 60)
    for name in ("web", "postgres"):
        reaper.take(name)
    rig.kill("worker")
    rig.go(client.book(*client.times[0]))
    assert len(client.visits) == 1
    began = time.monotonic()
    rig.revive("worker")
    reaper.back["worker"].append(time.monotonic() - began)
    checks.settle(rig, OUT)
    out = time.monotonic() - began
    figure(
        "C2 back, calm", f"{seconds_of(reaper)} (aim 5); due mail out after {out:.1f} s (aim 60)"
    )
    assert checks.lost(rig, [client]) == []
    assert max(map(max, reaper.back.values())) <= BACK * checks.busyness()
