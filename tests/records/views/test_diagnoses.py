"""Codes of diagnoses on the form of a record: looked for and added, with scripts and without."""

import pytest
from django.urls import reverse

from records.models import Consultation

pytestmark = pytest.mark.django_db
TYPED = {"plan": "Reposo", "temperature": "37,9", "diagnoses": "Rinitis", "shows_diagnoses": "on",
         "version": "0"}  # fmt: skip


@pytest.fixture
def ana(frozen, as_, dr_chen, attended, codes):
    return as_(dr_chen.user)


@pytest.fixture
def path(attended):
    return reverse("portal:consultation", args=[attended.public_id])


def test_looked_for_by_words_keeps_what_was_typed_and_saves_nothing(ana, path):
    answer = ana.post(path, {**TYPED, "act": "search", "search": "FARINGITIS aguda"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="add" value="J02.9"' in html and "Reposo" in html and 'value="37,9"' in html
    assert "Rinitis" in html and " checked" in html and 'value="FARINGITIS aguda"' in html
    assert not Consultation.objects.exists()


def test_one_is_added_as_a_line_once(ana, path):
    for lines in ("Rinitis", "Rinitis\r\nJ02.9 Faringitis aguda"):
        answer = ana.post(path, {**TYPED, "diagnoses": lines, "add": "J02.9"})
        assert answer.context["form"].initial["diagnoses"] == "Rinitis\nJ02.9 Faringitis aguda"
    assert not Consultation.objects.exists()


def test_enter_without_words_saves(ana, path):
    assert ana.post(path, {**TYPED, "act": "search", "search": "  "}).status_code == 302
    assert Consultation.objects.get().said.plan == "Reposo"


def test_a_script_gets_the_part_alone_and_only_by_post(ana):
    address = reverse("portal:diagnoses")
    answer = ana.post(address, {"search": "j02"})
    assert "J02.9" in answer.content.decode() and "<html" not in answer.content.decode()
    assert ana.get(address, {"search": "j02"}).status_code == 405


@pytest.mark.parametrize("typed", ["x" * 101, "a\x00b", "\x07"])
def test_what_nobody_types(ana, path, typed):
    assert ana.post(reverse("portal:diagnoses"), {"search": typed}).status_code == 422
    answer = ana.post(path, {**TYPED, "search": typed, "act": "search"})
    assert answer.status_code == 422 and "Reposo" in answer.content.decode()
    assert ana.post(path, {**TYPED, "add": typed}).status_code == 422
