"""Beat and workers go by no clock of their own: what a tick is worth, the database's says."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery.beat import Scheduler
from django.db import OperationalError
from kombu import Connection

from core.clock import current_time, steady_time
from doctobooking import celery
from doctobooking.celery import Tick, app, say_until_when

RELAY = "notifications.tasks.relay"


@pytest.fixture
def told():
    """A task that says that it was run, and takes what a message would bring."""

    class Told(Tick):
        name = "tests.told"
        said = 0

        def run(self):
            self.said += 1

    task = Told()
    task.bind(app)

    def take(**headers):
        task.push_request(**headers)
        try:
            task()
        finally:
            task.pop_request()
        return task.said

    return take


@pytest.mark.parametrize("seconds", [0, 30])
def test_tick_is_done_while_it_is_worth_something(told, frozen, seconds):
    assert told(worth_until=(current_time() + timedelta(seconds=seconds)).isoformat()) == 1


def test_tick_that_came_too_late_is_dropped(told, frozen):
    assert told(worth_until=(current_time() - timedelta(seconds=1)).isoformat()) == 0


def test_task_without_a_limit_is_always_done(told):
    assert told() == 1


def test_every_task_is_such_a_tick():
    app.loader.import_default_modules()
    assert isinstance(app.tasks[RELAY], Tick)


def test_beat_says_until_when(frozen):
    headers = {"worth_seconds": 4}
    say_until_when(headers=headers)
    assert headers["worth_until"] == (frozen + timedelta(seconds=4)).isoformat()


def test_what_beat_says_is_in_the_message(frozen):
    app.loader.import_default_modules()
    options = app.conf.beat_schedule["relay"]["options"]
    with Connection("memory://") as broker:
        app.tasks[RELAY].apply_async(connection=broker, **options)
        message = broker.SimpleQueue("celery").get(timeout=1)
    assert message.headers["worth_until"] == (frozen + timedelta(seconds=4)).isoformat()


def test_beat_without_a_database_says_nothing(db, monkeypatch):
    def away():
        raise OperationalError

    monkeypatch.setattr(celery, "current_time", away)
    headers = {"worth_seconds": 4}
    say_until_when(headers=headers)
    assert headers == {"worth_seconds": 4}


@pytest.mark.parametrize("shift", [timedelta(hours=-1), timedelta(days=3)])
def test_beat_ticks_on_when_its_clock_is_set(shift):
    scheduler = Scheduler(app=app, lazy=True)
    scheduler.update_from_dict(app.conf.beat_schedule)
    entry = scheduler.schedule["relay"]
    with time_machine.travel(datetime.now(UTC) + shift):
        is_due, seconds = entry.is_due()
    assert not is_due
    assert 0 < seconds <= 2


def test_steady_time_is_the_time_and_does_not_jump():
    before = steady_time()
    assert abs(before - datetime.now(UTC)) < timedelta(seconds=5)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3)):
        after = steady_time()
    assert timedelta() <= after - before < timedelta(seconds=5)
