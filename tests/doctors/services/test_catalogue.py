import csv

import pytest

from doctors.models import Specialty
from doctors.services.catalogue import FILE, load_specialties


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.django_db
def test_everyday_words_are_on_their_specialty():
    load_specialties()

    assert "corazón" in Specialty.objects.get(slug="cardiologia").synonyms
    assert "guaguas" in Specialty.objects.get(slug="pediatria").synonyms
    assert "muelas" in Specialty.objects.get(slug="odontologia").synonyms


@pytest.mark.django_db
def test_loading_again_corrects_a_name_and_adds_none():
    count = load_specialties()
    Specialty.objects.filter(slug="cardiologia").update(name="Otra cosa")

    load_specialties()

    assert Specialty.objects.count() == count
    assert Specialty.objects.get(slug="cardiologia").name == "Cardiología"


def test_each_line_is_complete():
    for row in rows():
        synonyms = row["synonyms"].split("|")
        assert all(row.values()), row
        assert len(set(synonyms)) == len(synonyms) >= 6, row
        assert row["name"].lower() not in synonyms, row


def test_there_are_enough_and_no_two_alike():
    slugs = [row["slug"] for row in rows()]

    assert len(set(slugs)) == len(slugs) >= 55
