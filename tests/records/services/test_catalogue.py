"""Codes of ICD-10: loaded from files, found by code or by Spanish words."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from records.models import DiagnosisCode
from records.queries import MOST_FOUND, look_up
from records.services.catalogue import BadFile, load_diagnoses

pytestmark = pytest.mark.django_db


def titles(typed):
    return [row.code for row in look_up(typed)]


def test_the_shipped_list(codes):
    assert codes == DiagnosisCode.objects.count() == 366
    assert load_diagnoses() == 366
    assert DiagnosisCode.objects.count() == 366


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("I10", "I10"),
        ("i1", "I10"),
        ("hipertensión", "I10"),
        ("HIPERTENSION arterial", "I10"),
        ("presion alta", "I10"),
        ("arterial, esencial", "I10"),
        ("E11.9", "E11.9"),
        ("tipo 2 azúcar", "E11.2"),
        ("migrana", "G43.0"),
        ("hiperten", "I10"),
    ],
)
def test_found_by_code_or_words(codes, typed, first):
    assert titles(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "   ", ",", "zzz", "%", "_", "'; DROP", "I10 zzz", "\\"])
def test_nothing_is_found(codes, typed):
    assert titles(typed) == []


def test_not_too_many(codes):
    assert len(titles("a")) == MOST_FOUND


def test_a_list_of_ones_own(tmp_path, codes):
    file = tmp_path / "cie10.csv"
    file.write_text("\ufeffcode,title\nI109,Hipertensión sin más\ni10,Otro título\n", "utf-8")
    out = StringIO()
    call_command("load_diagnoses", str(file), stdout=out)
    assert out.getvalue() == "Diagnoses: 2\n"
    assert DiagnosisCode.objects.get(code="I10.9").title == "Hipertensión sin más"
    assert DiagnosisCode.objects.get(code="I10").title == "Otro título"


@pytest.mark.parametrize(
    "text", ["", "codigo,titulo\n", "code,title\nxx,Algo\n", "code,title\nI10,\n"]
)
def test_a_bad_list_changes_nothing(tmp_path, text):
    file = tmp_path / "x.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(BadFile):
        load_diagnoses(path=file)
    with pytest.raises(CommandError):
        call_command("load_diagnoses", str(file))
    assert not DiagnosisCode.objects.exists()
