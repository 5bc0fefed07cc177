"""Ids only in our logs."""

import json
import logging
from datetime import date

import pytest

from accounts import views
from core.logs import drop_personal_data
from tests.accounts.views.test_profile import GOOD
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(settings):
    """What the console would show of a request, as parsed JSON."""
    shown = []
    formatter = next(h for h in logging.getLogger().handlers if h.formatter).formatter

    class Shown(logging.Handler):
        def emit(self, record):
            shown.append(json.loads(self.format(record)))

    handler = Shown()
    handler.setFormatter(formatter)
    loggers = [logging.getLogger(n) for n in ("django_structlog", "django.request", "")]
    before = [logger.level for logger in loggers]
    loggers[0].setLevel(logging.INFO)
    loggers[-1].addHandler(handler)
    yield shown
    loggers[-1].removeHandler(handler)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def test_personal_data_is_dropped():
    event = {
        "event": "x",
        "ip": "1.2.3.4",
        "user_agent": "a",
        "email": "a@b",
        "phone": "1",
        "id": 7,
    }
    assert drop_personal_data(None, "", event) == {"event": "x", "id": 7}


def test_a_request_is_logged_with_its_id_and_who_asked(as_, alice, lines):
    as_(alice).get("/mis-citas/?ver=pasadas")
    finished = next(line for line in lines if line["event"] == "request_finished")
    assert finished["request"] == "GET /mis-citas/"
    assert finished["user_id"] == alice.pk
    assert finished["request_id"]
    assert finished["code"] == 200


def test_a_hostile_address_is_a_refused_request_and_no_error(client, lines):
    """A scan for holes is thousands of them: whoever is on call need not wake up."""
    assert client.get("/buscar/?q=%00").status_code == 400
    assert [line for line in lines if line["level"] in ("error", "critical")] == []
    assert [line["code"] for line in lines if line["event"] == "request_finished"] == [400]


def test_a_row_that_postgres_refuses_is_not_logged(as_, alice, lines, monkeypatch):
    """Its error quotes the whole row."""

    # Not written in the function that fails: a traceback quotes its source.
    row = {"last_names": "SECRETO", "birth_date": date(1800, 1, 1), "emergency_name": "a\nSECRETO"}

    def refused(*, account, **_fields):
        PatientFactory(account=account, relationship="child", **row)

    monkeypatch.setattr(views, "save_preferences", refused)
    client = as_(alice)
    client.raise_request_exception = False
    answer = client.post("/cuenta/perfil/", GOOD)
    assert answer.status_code == 500
    text = json.dumps(lines)
    assert "patient_born_plausibly" in text
    assert "SECRETO" not in text
    assert "1800" not in text


def test_neither_searches_nor_addresses_nor_reset_keys_are_logged(client, alice, lines):
    client.get("/buscar/?q=SECRETO&lugar=SECRETO", headers={"User-Agent": "SECRETO"})
    client.get("/cuenta/password/reset/key/1-SECRETO/")
    client.get("/calendario/SECRETO.ics")
    client.get("/sala/SECRETO/")
    client.get("/sse/salas/SECRETO/")
    client.get("/ayuda/c/SECRETO/")
    client.get("/no-hay/?SECRETO")
    client.post("/cuenta/login/", {"login": "SECRETO@x.test", "password": "SECRETO"})
    assert len(lines) >= 5
    assert "SECRETO" not in json.dumps(lines)
    assert "127.0.0.1" not in json.dumps(lines)
