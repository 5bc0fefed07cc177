"""The readable copy: every key has a label, values are words; codes stay in data.json."""

import ast
import json
import re
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils import translation

import privacy.collecting
from prescriptions.documents import Heading, Medicine
from privacy.bundles import bundle_of
from privacy.collecting import Asking
from privacy.collecting.base import Coded
from privacy.collecting.words import LABELS, TITLES, label_of
from privacy.saying import said
from tests.conftest import NOW
from tests.privacy.leaving import leave_traces

pytestmark = pytest.mark.django_db
FOLDER = Path(privacy.collecting.__file__).parent
OTHERS = {"__init__.py", "base.py", "words.py"}


def trees():
    for path in sorted(FOLDER.glob("*.py")):
        if path.name not in OTHERS:
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def words_of(nodes):
    return {node.value for node in nodes if isinstance(node, ast.Constant)}


def keys():
    """Whatever a collector names as a column: tuples of names, arguments, keys of rows."""
    found = {f.name for kind in (Heading, Medicine) for f in fields(kind)}
    for node in trees():
        if isinstance(node, ast.Dict):
            found |= words_of(node.keys)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            found |= words_of(node.value.elts)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "fields_of":
            found |= words_of(node.args[1:])
    return {name.replace("__", "_") for name in found}


def titles():
    return {
        node.args[0].value
        for node in trees()
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add"
    }


def test_every_key_has_a_label_and_every_table_a_title():
    assert len(keys()) > 150
    assert sorted(keys() - set(LABELS)) == []
    assert sorted(titles() - set(TITLES)) == []


def test_label_by_what_it_stands_within():
    assert label_of("hours") == "Horario"
    assert label_of("hours", "medicines") == "Cada cuántas horas"


@pytest.mark.parametrize(
    ("key", "value", "es", "en"),
    [
        ("verified", True, "Sí", "Yes"),
        ("verified", False, "No", "No"),
        ("from_minute", 570, "9:30", "9:30"),
        ("until_minute", 0, "0:00", "0:00"),
        ("slot_minutes", 90, "1 hora y 30 minutos", "1 hour and 30 minutes"),
        ("birth_date", date(1990, 5, 4), "4 de mayo de 1990", "4 May 1990"),
        ("at", datetime(2026, 1, 1, 3, 5, tzinfo=UTC), "31 de diciembre de 2025, 22:05",
         "31 December 2025, 22:05"),
        ("languages", ["es", "en"], "Español, Inglés", "Spanish, English"),
        ("language", "en", "Inglés", "English"),
        ("price", Decimal("45.00"), "45.00", "45.00"),
        ("status", Coded("x", "Hecha"), "Hecha", "Hecha"),
        ("zone", "America/Guayaquil", "hora de Ecuador (GMT-5)", "Ecuador time (GMT-5)"),
        ("currency", Coded("USD", "Usd"), "USD", "USD"),
        ("name", "Rosa", "Rosa", "Rosa"),
    ],
)  # fmt: skip
def test_values_in_words(frozen, key, value, es, en):
    for language, words in (("es", es), ("en", en)):
        with translation.override(language):
            assert said(key, value, "America/Guayaquil") == words


class Reader(HTMLParser):
    """Labels and values as they are read."""

    def __init__(self, page):
        super().__init__()
        self.found, self.at = {"dt": [], "dd": [], "h2": [], "p": []}, ""
        self.feed(page)

    def handle_starttag(self, tag, _attrs):
        self.at = tag if tag in self.found else ""

    def handle_data(self, data):
        if self.at and data.strip():
            self.found[self.at].append(data.strip())


@pytest.fixture
def copies(frozen, alice, clinic, erin, root, as_, unzipped, dr_chen):
    as_(alice).get("/")
    leave_traces(alice, clinic, erin, root)

    def made(language):
        files = []
        for user in (alice, dr_chen.user):
            user.refresh_from_db()
            user.language, user.time_zone = language, "America/Guayaquil"
            files.append(unzipped(bundle_of(Asking(user, NOW))))
        return files

    return made


CODES = ("cancelled_doctor", "cancelled_patient", "booked", "attended", "inbox", "email", "female",
         "self", "child", "sent", "planned", "True", "False", "None")  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["es", "en"])
def test_page_is_in_words(copies, language):
    for files in copies(language):
        found = Reader(files["index.html"].decode()).found
        assert [word for word in found["dt"] + found["h2"] if "_" in word] == []
        assert [word for word in found["dd"] if re.search(r"\d{4}-\d\d-\d\d|T\d\d:", word)] == []
        assert [word for word in found["dd"] if word in CODES] == []
        zone = {"es": "hora de Ecuador (GMT-5)", "en": "Ecuador time (GMT-5)"}[language]
        assert zone in " ".join(found["p"])


@pytest.mark.thorough
def test_page_and_data_say_the_same_each_in_its_way(copies):
    hers, doctors = copies("es")
    page, data = hers["index.html"].decode(), json.loads(hers["data.json"])
    assert "Cancelada por el médico" in page
    assert "cancelled_doctor" in {visit["status"] for visit in data["visits"]}
    assert data["people"][0]["relationship"] == "self"
    (gone,) = [visit for visit in data["visits"] if visit["status"] == "cancelled_doctor"]
    assert gone["starts_at"] == (NOW + timedelta(days=4)).isoformat()
    assert "27 de noviembre de 2026, 9:00" in page
    hours = json.loads(doctors["data.json"])["clinics"][0]["hours"][0]
    assert (hours["weekday"], hours["starts_minute"]) == (1, 540)
    said_there = Reader(doctors["index.html"].decode()).found["dd"]
    assert {"lunes", "9:00"} <= set(said_there)
