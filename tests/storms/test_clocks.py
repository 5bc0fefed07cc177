"""The clock of one process is wrong for a while: an hour slow, three days fast.

CLOCK_SECONDS=60 for the figures of docs/operations.md.
"""

import os
import random
import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.storms import checks
from tests.storms.clients import Client
from tests.storms.http import Request
from tests.storms.rig import soon

pytestmark = pytest.mark.storm
SECONDS = float(os.environ.get("CLOCK_SECONDS", "6"))
SLOW, FAST = timedelta(hours=-1), timedelta(days=3)
HALF_HOUR = timedelta(minutes=30)
TIMES_SHOWN = re.compile(r"/reservar/[0-9a-f-]{36}/(\d{8}T\d{6}Z)/")
# Written by the database's clock: what a process would write by one that is wrong stands out.
STRANGE = """
SELECT (SELECT count(*) FROM core_event WHERE id > %(event)s
        AND abs(extract(epoch FROM occurred_at - now())) > 600)
  + (SELECT count(*) FROM appointments_appointmentchange
     WHERE abs(extract(epoch FROM at - now())) > 600 AND id > %(change)s)
"""
PAST = """
SELECT count(*) FROM appointments_appointment
WHERE created_at > now() - interval '1 hour' AND starts_at < now() - interval '1 minute'
  AND status IN ('held', 'requested', 'booked')
"""
ORDER = [
    "test_worker_with_a_wrong_clock[slow]",
    "test_worker_with_a_wrong_clock[fast]",
    "test_slow_web_offers_no_time_that_is_over",
    "test_fast_web_keeps_what_it_holds",
]
HELD = "SELECT status FROM appointments_appointment WHERE clinic_id = %s AND starts_at = %s"


@pytest.fixture
def clients(rig, request):
    """Four people at times of their own."""
    day = 800 + 40 * ORDER.index(request.node.name)
    times = [(2, rig.time(day) + n * HALF_HOUR) for n in range(24)]
    people = rig.world["people"][252:256]
    return [
        Client(rig, person, times, random.Random(n), leisure=0.5) for n, person in enumerate(people)
    ]


@pytest.fixture
def begun(rig):
    checks.settle(rig, 90)
    return {
        "event": rig.count("SELECT coalesce(max(id), 0) FROM core_event"),
        "change": rig.count("SELECT coalesce(max(id), 0) FROM appointments_appointmentchange"),
    }


@pytest.fixture
def set_clock(rig):
    """Of one process, until the test is over."""
    moved = {}

    def move(name, shift, processes):
        moved[name] = (shift, processes)
        rig.set_clock(name, shift, processes)

    yield move
    for name, (shift, processes) in moved.items():
        if shift:
            rig.set_clock(name, timedelta(), processes)


async def live(clients, seconds):
    until = time.monotonic() + seconds
    for client in clients:
        await client.look_around()
    while time.monotonic() < until:
        for client in clients:
            await client.live(0)
            await client.book(*client.chance.choice(client.times))
            for key, visit in list(client.visits.items())[:1]:
                if not visit.is_cancelled:
                    await client.cancel(key)


def judge(rig, clients, begun):
    assert sum(len(client.visits) for client in clients) >= len(clients)
    assert {answer.status for client in clients for answer in client.answers} <= {200, 302, 409}
    assert checks.lost(rig, clients) == []
    assert checks.overlaps(rig) == 0
    assert rig.count(STRANGE, begun) == 0
    mails = checks.mails(rig)
    assert (mails.copies, mails.unknown) == (0, 0)
    return mails


@pytest.mark.parametrize("shift", [SLOW, FAST], ids=["slow", "fast"])
def test_worker_with_a_wrong_clock(rig, figure, clients, begun, set_clock, shift):
    """What is to wait, waits; what is due, leaves; each once."""
    late = Client(
        rig, rig.world["people"][256], [(2, rig.time(590 if shift == SLOW else 591))],
        random.Random(1),
    )  # fmt: skip
    rig.sink.refuse = {late.person["email"]: "451 later, please"}
    set_clock("worker", shift, 3)  # the worker and its two hands
    began = time.monotonic()
    try:
        rig.go(late.book(*late.times[0]))
        rig.go(live(clients, SECONDS))
        tries = rig.count(
            "SELECT max(attempts) FROM notifications_message WHERE channel = 'email' "
            "AND recipient_id = %s",
            (late.person["account"],),
        )
        still = soon(lambda: sent_of(rig, clients) > 0, 15)
    finally:
        rig.sink.refuse = {}
    assert still, "mails wait for a clock that is right"
    seconds = time.monotonic() - began
    assert 1 <= tries <= 2 + seconds / 8, "the waits between two tries are not kept"
    set_clock("worker", timedelta(), 3)
    checks.settle(rig, 90)
    mails = judge(rig, [*clients, late], begun)
    figure(
        f"B10 worker {shift.total_seconds() / 3600:+.0f} h",
        f"{seconds:.0f} s, {sum(len(c.visits) for c in clients)} visits: of {mails.messages} mails "
        f"so far 0 lost, 0 twice, 0 early; a refused one tried {tries} times meanwhile",
    )


def sent_of(rig, clients):
    return rig.count(
        "SELECT count(*) FROM notifications_message WHERE channel = 'email' AND state = 'sent' "
        "AND recipient_id = ANY (%s)",
        ([client.person["account"] for client in clients],),
    )


def test_slow_web_offers_no_time_that_is_over(rig, figure, clients, begun, set_clock):
    person, clinic = rig.world["people"][257], rig.world["clinics"][0]
    set_clock("web", SLOW, 2)
    rig.go(live(clients, SECONDS))
    now = datetime.now(UTC)
    grid = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    over = [grid - n * HALF_HOUR for n in range(3)]
    answers = [rig.ask(Request(rig.path(0, at), person["session"], {})) for at in over]
    page = rig.ask(Request(f"/medicos/{clinic['slug']}/horarios/", person["session"]))
    shown = [datetime.strptime(text, "%Y%m%dT%H%M%S%z") for text in TIMES_SHOWN.findall(page.body)]
    assert page.status == 200
    assert shown
    assert min(shown) > now
    assert {answer.status for answer in answers} <= {404, 409}
    assert rig.count(PAST) == 0
    set_clock("web", timedelta(), 2)
    checks.settle(rig, 60)
    judge(rig, clients, begun)
    figure(
        "B10 web -1 h",
        f"{SECONDS:.0f} s: {len(over)} times of the last hour refused, {len(shown)} shown, "
        f"none of them over; {sum(len(c.visits) for c in clients)} visits, each mail once",
    )


def test_fast_web_keeps_what_it_holds(rig, figure, clients, begun, set_clock):
    """A held time stays its holder's, and a request waits for its answer."""
    holder, asker, other = (
        Client(rig, person, [], random.Random(n))
        for n, person in enumerate(rig.world["people"][257:260])
    )
    clinic, wanted, asked = rig.world["clinics"][3], rig.time(600), rig.time(602)
    rig.go(holder.post(rig.path(2, wanted)))
    confirms = "UPDATE clinics_clinic SET requires_confirmation = %s WHERE id = %s"
    rig.sql(confirms, (True, clinic["pk"]))
    rig.go(asker.book(3, asked))
    rig.sql(confirms, (False, clinic["pk"]))
    (request,) = asker.visits
    set_clock("web", FAST, 2)
    rig.go(live(clients, SECONDS))
    assert rig.go(other.post(rig.path(2, wanted))).status == 409
    assert "Solicitud enviada" in rig.go(asker.get(f"/citas/{request}/")).body
    assert rig.sql(HELD, (clinic["pk"], asked)) == [("requested",)]
    rig.go(holder.book(2, wanted))
    assert len(holder.visits) == 1
    set_clock("web", timedelta(), 2)
    assert rig.go(asker.cancel(request)).status == 302
    checks.settle(rig, 60)
    judge(rig, [*clients, holder], begun)
    figure(
        "B10 web +3 d",
        f"{SECONDS:.0f} s: a held time refused to another and booked by its holder, a request "
        f"still open, {sum(len(c.visits) for c in clients)} visits, nobody logged out",
    )
