"""Each change once, in the order of the commits, and none before its time.

These run in transactions that are really committed: what one's own open transaction wrote is
held back from oneself, as from everybody.
"""

import time
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from core.live.changes import (
    START,
    Position,
    changes_after,
    mark_of_times,
    position_now,
    position_of,
    prune,
    read_after,
)
from core.models import LiveChange

# Alone: the long transactions of other tests in the same server would hold everything back.
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HERE, ELSEWHERE = "room:1", "room:2"


def tell(kind, channel=HERE, is_about_times=True, using=connection):
    with using.cursor() as cursor:
        cursor.execute("SELECT live_tell(%s, %s, '{}', %s)", [channel, kind, is_about_times])


def kinds(channel=HERE, after=START):
    return [change.kind for change in changes_after(channel, after)]


def soon(condition, seconds=60):
    """Another run's open transaction in the same server holds everything back for a moment."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.fixture
def other():
    """A second connection to the same database."""
    fresh = connections.create_connection("default")
    fresh.set_autocommit(False)
    yield fresh
    fresh.close()


def test_changes_come_once_and_in_order():
    tell("one")
    tell("two")
    tell("elsewhere", channel=ELSEWHERE)
    assert soon(lambda: kinds() == ["one", "two"])
    reading = read_after(HERE, START)
    assert [c.kind for c in reading.changes] == ["one", "two"]
    assert read_after(HERE, reading.position).changes == []
    tell("three")
    assert soon(lambda: kinds(after=reading.position) == ["three"])


def test_slower_transaction_is_not_lost_though_its_row_is_older(other):
    """The trap: the row with the lower id is committed last."""
    position = position_now()
    tell("slow", using=other)
    tell("fast")
    ids = {c.kind: c.pk for c in LiveChange.objects.all()}
    assert kinds(after=position) == []  # held back while an older transaction runs
    other.commit()
    assert soon(lambda: kinds(after=position) == ["slow", "fast"])
    ids = {c.kind: c.pk for c in LiveChange.objects.all()}
    assert ids["slow"] < ids["fast"]


def test_rolled_back_change_is_never_told(other):
    tell("undone", using=other)
    other.rollback()
    tell("done")
    assert soon(lambda: kinds() == ["done"])


def test_position_of_a_page_comes_before_what_it_may_miss():
    tell("before")
    assert soon(lambda: kinds() == ["before"])
    position = position_now()
    tell("after")
    assert soon(lambda: kinds(after=position) == ["after"])


def test_told_once_in_a_transaction():
    for _turn in range(2):
        with transaction.atomic(), connection.cursor() as cursor:
            for _row in range(3):
                cursor.execute("SELECT live_tell_once(%s, 'hours', '{}', true)", [HERE])
    assert soon(lambda: kinds() == ["hours", "hours"])


def test_what_was_pruned_is_known_to_be_lost():
    tell("old")
    tell("old")
    LiveChange.objects.update(at=timezone.now() - timedelta(days=31))
    before = position_now()
    tell("new")
    assert soon(lambda: len(kinds()) == 3)
    assert prune(now=timezone.now()) == 1
    assert read_after(HERE, START).is_lost
    assert not read_after(HERE, before).is_lost
    assert kinds() == ["new"]
    assert prune(now=timezone.now()) == 0


def test_nothing_to_prune():
    assert prune(now=timezone.now()) == 0
    assert not read_after(HERE, START).is_lost


def test_position_from_another_cluster_is_lost():
    """A copy that was restored elsewhere counts its transactions from anew."""
    reading = read_after(HERE, Position(10**17, 1))
    assert reading.is_lost
    assert reading.position < Position(10**17, 1)


@pytest.mark.parametrize(
    "text", ["", "-", "1", "1-", "-1", "a-b", "1-2-3", "1 -2", "٣-٣", "9" * 19 + "-1", "1-2\n"]
)
def test_position_that_we_never_gave(text):
    assert position_of(text) is None


def test_position_survives_the_way_to_the_browser_and_back():
    assert position_of(str(Position(81, 7))) == Position(81, 7)


def test_mark_changes_with_the_free_times_only():
    mark = mark_of_times(HERE)
    tell("line", is_about_times=False)
    assert soon(lambda: kinds() == ["line"])
    assert mark_of_times(HERE) == mark
    tell("held")
    assert soon(lambda: mark_of_times(HERE) != mark)
    assert mark_of_times(HERE) != mark_of_times(ELSEWHERE)
