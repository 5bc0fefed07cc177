"""One clock for all processes: the database's, and our own only to count on from it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.clock import Anchor, current_time, database_time

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def asks(db, settings, monkeypatch):
    """The database is asked; nothing is known from before."""
    settings.CLOCK_OF_DATABASE = True
    monkeypatch.setattr(clock, "_anchor", None)


def test_counts_on_from_what_the_database_said():
    anchor = Anchor(NOON, wall=1000.0, ticks=50.0)
    assert anchor.time_at(1003.0, 53.0) == NOON + timedelta(seconds=3)


@pytest.mark.parametrize(
    ("wall", "ticks"),
    [
        (1010.0, 60.0),  # long ago
        (1000.0 + 3 * 86_400, 51.0),  # the wall clock was set forward
        (1000.0 - 3600, 51.0),  # and back
        (1000.0 + 3 * 86_400, 50.0 + 3 * 86_400),  # both, as when a machine sleeps
        (999.0, 49.0),
    ],
)
def test_asks_again_after_a_while_and_after_a_jump(wall, ticks):
    assert Anchor(NOON, wall=1000.0, ticks=50.0).time_at(wall, ticks) is None


def test_asks_once_in_a_while(asks):
    with CaptureQueriesContext(connection) as asked:
        first, second = current_time(), current_time()
    assert len(asked) == 1
    assert first <= second <= first + timedelta(seconds=1)


@pytest.mark.parametrize("shift", [timedelta(hours=-1), timedelta(days=3)])
def test_a_wrong_clock_of_our_own_is_of_no_account(asks, shift):
    before = current_time()
    with time_machine.travel(before + shift):
        told = current_time()
    assert abs(told - database_time()) < timedelta(seconds=5)
