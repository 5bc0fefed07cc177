"""/healthz and /readyz: for load balancers and people on call."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone

from core.models import Event
from core.tasks import BEAT_KEY, tick
from doctobooking import health, metrics
from tests.factories import AppointmentFactory, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def parts(monkeypatch):
    """The broker answers and beat ticks; a test takes away what it is about."""
    monkeypatch.setattr(health, "_broker_answers", lambda: True)
    tick()


def ready(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def test_healthz_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_all_well(client):
    status, body = ready(client)
    assert (status, body["status"], body["degraded"]) == (200, "ok", [])
    assert body["database"] is body["migrations"] is True


def test_readyz_without_database_is_503(client, monkeypatch):
    def away():
        raise OperationalError

    monkeypatch.setattr(health, "_pending_migrations", away)
    assert ready(client) == (503, {"status": "down", "database": False})


def test_readyz_with_a_pending_migration_is_503(client, monkeypatch):
    monkeypatch.setattr(health, "_pending_migrations", lambda: True)
    status, body = ready(client)
    assert (status, body["status"], body["migrations"]) == (503, "down", False)


def test_pending_migrations_are_seen(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'appointments'")
    assert ready(client)[0] == 503


def test_readyz_names_a_broker_that_is_away(client, monkeypatch):
    monkeypatch.setattr(health, "_broker_answers", lambda: False)
    status, body = ready(client)
    assert (status, body["status"], body["degraded"]) == (200, "degraded", ["broker"])


def test_broker_that_refuses_is_known_at_once(settings, monkeypatch):
    monkeypatch.undo()
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    health._broker_answers()  # loads the client library
    began = timezone.now()
    assert health._broker_answers() is False
    assert timezone.now() - began < timedelta(seconds=1)


def test_readyz_names_an_outbox_that_waits(client, alice):
    at = timezone.now() - timedelta(minutes=6)
    Event.objects.create(name="x", subject_id=alice.public_id, occurred_at=at)
    status, body = ready(client)
    assert (status, body["degraded"]) == (200, ["outbox"])
    assert body["outbox"]["oldest_seconds"] >= 360


@pytest.mark.parametrize("last", [None, timedelta(minutes=4)])
def test_readyz_names_a_beat_that_stopped(client, last):
    if last is None:
        cache.delete(BEAT_KEY)
    else:
        cache.set(BEAT_KEY, (timezone.now() - last).isoformat())
    assert ready(client)[1]["degraded"] == ["beat"]


def test_health_tells_nothing_of_anybody(client, alice):
    text = client.get("/readyz").content.decode()
    assert "alice" not in text
    assert "postgres" not in text


# /metrics --------------------------------------------------------------------------------------


def figures(client, key="k" * 32):
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    lines = answer.content.decode().splitlines()
    return answer.status_code, dict(line.rsplit(" ", 1) for line in lines if line[:1] == "d")


def test_figures_are_for_who_has_the_key(client, as_, root, settings):
    assert figures(client, "")[0] == 404
    settings.METRICS_TOKEN = "k" * 32
    assert [figures(client, key)[0] for key in ("", "j" * 32, "k", "ñ")] == [404] * 4
    assert as_(root).get("/metrics").status_code == 404
    assert client.post("/metrics").status_code == 405
    assert figures(client)[0] == 200


def test_figures_tell_what_waits_and_what_was_lost(client, settings, clinic, alice):
    settings.METRICS_TOKEN = "k" * 32
    at = timezone.now() - timedelta(minutes=6)
    Event.objects.create(name="x", subject_id=alice.public_id, occurred_at=at)
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    for copy, state in enumerate(("given_up", "given_up", "sent")):
        MessageFactory(visit=visit, state=state, copy=copy)
    _status, said = figures(client)
    assert said["doctobooking_database_up"] == said["doctobooking_broker_up"] == "1"
    assert float(said["doctobooking_outbox_oldest_seconds"]) >= 360
    assert 0 <= float(said["doctobooking_beat_age_seconds"]) < 60
    assert said['doctobooking_messages{state="given_up"}'] == "2"


def test_figures_without_beat_and_without_a_database(client, settings, monkeypatch):
    settings.METRICS_TOKEN = "k" * 32
    cache.delete(BEAT_KEY)
    assert figures(client)[1]["doctobooking_beat_age_seconds"] == "NaN"

    def away(*_args):
        raise OperationalError

    monkeypatch.setattr(metrics, "parts_of_health", away)
    assert figures(client) == (200, {"doctobooking_database_up": "0"})
