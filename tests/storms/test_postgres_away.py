"""Postgres is killed: a page in the house style at once, and all goes on when it is back."""

import random
import time
from datetime import timedelta

import pytest

from tests.storms import checks
from tests.storms.clients import Client
from tests.storms.http import Request
from tests.storms.rig import soon

pytestmark = pytest.mark.storm


def test_postgres_away(rig, figure):
    person = rig.world["people"][60]
    times = [(2, rig.time(640) + n * timedelta(minutes=30)) for n in range(9)]
    client = Client(rig, person, times, random.Random(1))
    rig.go(client.book(*times[0]))
    rig.kill("postgres")
    away = [
        rig.ask(Request(path, person["session"], form))
        for path, form in [("/", None), ("/mis-citas/", None), (rig.path(2, times[1][1]), {})] * 4
    ]
    assert rig.ask(Request("/healthz")).status == 200
    assert rig.ask(Request("/readyz")).status == 503
    back = time.monotonic()
    rig.revive("postgres")
    assert soon(lambda: rig.ask(Request("/mis-citas/", person["session"])).status == 200, 10)
    back = time.monotonic() - back
    assert {answer.status for answer in away} == {503}
    assert all("<h1" in a.body and "Traceback" not in a.body for a in away)
    assert all("retry-after" in a.headers for a in away)
    rig.go(client.book(*times[2]))
    assert len(client.visits) == 2
    checks.settle(rig, 90)
    assert checks.lost(rig, [client]) == []
    worst = max(answer.seconds for answer in away)
    figure(
        "C4 Postgres killed",
        f"{len(away)} pages of 503, max {worst:.2f} s; back {back:.1f} s after its restart, "
        "0 lost, worker and beat by themselves",
    )
    assert worst <= 3 * checks.busyness()
