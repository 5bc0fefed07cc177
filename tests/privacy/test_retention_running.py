"""Rules take turns in batches; what fails stands in no other's way, and is seen."""

from datetime import timedelta
from io import StringIO

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from appointments.models import CalendarFeed
from privacy.retention import accounts, running
from privacy.retention.base import Rule, delete
from privacy.retention.running import RulesFailed, count_due, forget_due
from privacy.tasks import forget_due as task
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SECOND = timedelta(seconds=1)


def sessions(*keys):
    for key in keys:
        Session.objects.create(session_key=key * 32, session_data="x", expire_date=NOW)


def due(now):
    return Session.objects.filter(expire_date__lte=now)


def broken(_rows):
    raise DatabaseError("away")


def but_for(key):
    """Takes what is due, and fails of one row."""

    def forget(rows):
        if rows.filter(pk=key * 32).exists():
            raise DatabaseError("held")
        return delete(rows)

    return forget


@pytest.fixture
def feeds(alice, frozen):
    return Rule("feeds", lambda _now: CalendarFeed.objects.all(), delete)


def run(monkeypatch, *rules, batch=500):
    monkeypatch.setattr(running, "RULES", rules)
    monkeypatch.setattr(running, "BATCH", batch)
    try:
        return forget_due(now=NOW)
    except RulesFailed as error:
        return error.done, str(error)


@pytest.mark.parametrize("in_batches", [True, False])
def test_rule_that_fails_stops_no_other_and_is_seen(alice, feeds, monkeypatch, caplog, in_batches):
    sessions("a")
    CalendarFeed.objects.create(owner=alice)
    done = run(monkeypatch, Rule("planted", due, broken, in_batches=in_batches), feeds)
    assert done == ({"planted": 0, "feeds": 1}, "retention rules failed: planted")
    assert CalendarFeed.objects.count() == 0
    (line,) = [r for r in caplog.records if r.message == "retention rule failed"]
    assert (line.levelname, line.rule) == ("ERROR", "planted")


def test_the_task_fails_of_it(frozen, monkeypatch):
    sessions("a")
    monkeypatch.setattr(running, "RULES", (Rule("planted", due, broken),))
    with pytest.raises(RulesFailed):
        task()


def test_the_command_says_what_went_and_fails(frozen, alice, feeds, monkeypatch):
    sessions("a")
    CalendarFeed.objects.create(owner=alice)
    monkeypatch.setattr(running, "RULES", (Rule("planted", due, broken), feeds))
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("retention", stdout=said)
    assert said.getvalue().splitlines() == ["planted: 0", "feeds: 1"]


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
def test_batches_take_all_but_the_row_that_fails(frozen, monkeypatch, batch):
    sessions(*"abcdefg")
    done = run(monkeypatch, Rule("planted", due, but_for("c")), batch=batch)
    assert done == ({"planted": 6}, "retention rules failed: planted")
    assert Session.objects.get().session_key == "c" * 32


@pytest.mark.parametrize("batch", [1, 3, 7])
def test_batches_take_all(frozen, monkeypatch, batch):
    sessions(*"abcdefg")
    assert run(monkeypatch, Rule("planted", due, delete), batch=batch) == {"planted": 7}


def test_rule_that_takes_nothing_comes_to_an_end(frozen, monkeypatch):
    sessions(*"abc")
    assert run(monkeypatch, Rule("planted", due, lambda _rows: 0), batch=1) == {"planted": 0}


def test_rule_that_is_broken_is_not_tried_row_by_row(frozen, monkeypatch):
    sessions(*"abcdefghij")
    monkeypatch.setattr(running, "MOST_FAILURES", 3)
    tried = []

    def forget(rows):
        tried.extend(rows)
        raise DatabaseError("away")

    run(monkeypatch, Rule("planted", due, forget), batch=1)
    assert len(tried) == 3


def test_time_that_is_over_ends_the_run(frozen, monkeypatch):
    """It is the task's, and no rule's fault."""

    def late(_rows):
        raise SoftTimeLimitExceeded

    sessions("a")
    for in_batches in (True, False):
        with pytest.raises(SoftTimeLimitExceeded):
            run(monkeypatch, Rule("planted", due, late, in_batches=in_batches))


@pytest.mark.parametrize("batch", [1, 500])
def test_rule_that_times_out_has_no_other_turn(frozen, alice, feeds, monkeypatch, caplog, batch):
    """It is no row's fault: neither halves nor the next batch are tried."""
    tried = []

    def slow(rows):
        tried.append(rows.count())
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
            cursor.execute("SELECT pg_sleep(5)")

    sessions(*"abcd")
    CalendarFeed.objects.create(owner=alice)
    done = run(monkeypatch, Rule("planted", due, slow), feeds, batch=batch)
    assert done == ({"planted": 0, "feeds": 1}, "retention rules failed: planted")
    assert tried == [min(batch, 4)]
    (line,) = [r for r in caplog.records if r.message == "retention rule failed"]
    assert (line.rule, line.row_id) == ("planted", None)


def test_halving_ends_with_the_run_and_is_seen(frozen, monkeypatch):
    tried, clock = [], [0]

    def slow(rows):
        tried.append(rows.count())
        clock[0] += 30
        raise DatabaseError("away")

    sessions(*"abcdefgh")
    monkeypatch.setattr(running, "monotonic", lambda: clock[0])
    done = run(monkeypatch, Rule("planted", due, slow))
    assert done == ({"planted": 0}, "retention rules failed: planted")
    assert tried == [8, 4, 2]


def test_much_to_do_is_left_to_the_next_run(frozen, monkeypatch):
    sessions(*"abc")
    monkeypatch.setattr(running, "RUN_SECONDS", 0)
    assert run(monkeypatch, Rule("planted", due, delete)) == {"planted": 0}
    assert Session.objects.count() == 3


def test_rules_take_turns(frozen, alice, feeds, monkeypatch):
    """The second has its turn before the first is through."""
    order = []

    def noting(name):
        def forget(rows):
            order.append(name)
            return delete(rows)

        return forget

    sessions(*"abc")
    CalendarFeed.objects.create(owner=alice)
    second = Rule("feeds", feeds.due, noting("feeds"))
    run(monkeypatch, Rule("planted", due, noting("planted")), second, batch=1)
    assert order == ["planted", "feeds", "planted", "planted"]


def test_counters_go_some_at_a_time(frozen, monkeypatch):
    for number in range(5):
        cache.set(f"rl:login:203.0.113.{number}", 1, timeout=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_cache SET expires = %s", [NOW])
    monkeypatch.setattr(accounts, "COUNTERS_AT_ONCE", 2)
    assert forget_due(now=NOW - SECOND)["counters"] == 0
    assert forget_due(now=NOW)["counters"] == 5


@pytest.mark.django_db(transaction=True)
def test_row_that_somebody_holds_waits_for_the_next_run(frozen):
    sessions(*"abc")
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_session WHERE session_key = %s FOR UPDATE",
                           ["b" * 32])  # fmt: skip
        assert forget_due(now=NOW)["sessions"] == 2
        other.rollback()
    finally:
        other.close()
    assert count_due(now=NOW)["sessions"] == 1
    assert forget_due(now=NOW)["sessions"] == 1
