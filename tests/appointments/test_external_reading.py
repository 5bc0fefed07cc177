"""The process apart: what it answers, and what is said of it when it must be stopped."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from appointments import external_reading
from appointments.external_reading import Question, Reading, read_apart
from core.apart import Outcome, run_apart
from tests.appointments.ics import ics
from tests.core.test_fetching import drip
from tests.core.web import a_web

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
ONE = ics("DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z\r\nSUMMARY:Peluquería")
SPAN = [1795532400, 1795536000]


@pytest.fixture
def web():
    with a_web() as found:
        yield found


def question(address, **changes):
    usual = {
        "zone": "America/Guayaquil",
        "since": (NOW - timedelta(days=1)).isoformat(),
        "until": (NOW + timedelta(days=400)).isoformat(),
        "allow_loopback": True,
    }
    return Question(address=address, **{**usual, **changes})


def test_a_calendar_is_read(web):
    address = web.serve("/a", body=ONE, ETag='"1"')
    reading = read_apart(question(address))
    assert reading == Reading(busy=[SPAN], etag='"1"')
    assert datetime.fromtimestamp(SPAN[0], UTC) == datetime(2026, 11, 24, 15, tzinfo=UTC)


def test_nothing_new(web):
    reading = read_apart(question(web.serve("/a", status=304), etag='"1"', last_modified="x"))
    assert reading == Reading(etag='"1"', last_modified="x")


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"<html>Entrar</html>", "no_calendar"),
        (ics("DTSTART:ayer"), "broken"),
        (ics("DTSTART:20261124T000000Z\r\nDURATION:PT5M\r\nRRULE:FREQ=HOURLY"), "too_complex"),
        (b"x" * 2_000_001, "too_big"),
    ],
)
def test_troubles_have_names(web, body, trouble):
    assert read_apart(question(web.serve("/a", body=body))) == Reading(trouble)


def test_private_places_are_refused_unless_a_test_asks(web):
    address = web.serve("/a", body=ONE)
    assert read_apart(question(address, allow_loopback=False)) == Reading("not_public")
    assert web.asked == []


@pytest.mark.slow
def test_rule_of_every_second_is_stopped(web):
    bomb = ics("DTSTART:20000101T000000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY")
    began = time.monotonic()
    assert read_apart(question(web.serve("/a", body=bomb))) == Reading("too_complex")
    assert time.monotonic() - began < 15


def test_a_process_that_does_not_end_is_killed(web, monkeypatch):
    """As it would be in one long step of a library, where no alarm is heard."""
    monkeypatch.setattr(external_reading, "FETCH_SECONDS", 0.5)
    monkeypatch.setattr(external_reading, "READ_SECONDS", 0.5)
    monkeypatch.setattr(external_reading, "ALLOWANCE", 1.0)
    web.answers["/a"] = drip(b"x", b"HTTP/1.1 200 OK\r\n\r\n")
    assert read_apart(question(web.url("/a"))) == Reading("too_slow")


@pytest.mark.parametrize(
    ("output", "is_complete", "trouble"),
    [(b"", False, "too_slow"), (b"", True, "failed"), (b"fetched\n", False, "too_complex"),
     (b"fetched\n{", True, "too_complex"), (b"[]", True, "failed")],
)  # fmt: skip
def test_what_is_said_of_a_process_that_said_nothing(output, is_complete, trouble):
    assert external_reading._understood(Outcome(output, is_complete)) == Reading(trouble)


def test_process_has_no_secrets_and_little_memory():
    outcome = run_apart("tests.appointments.greedy", b"", seconds=30)
    assert outcome.output == b"no memory; CLINICAL_KEYS, DATABASE_URL and SECRET_KEY unknown"
