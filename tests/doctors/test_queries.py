"""Doctors by name: the words that a trigger keeps, and the ways to look for them."""

import pytest

from core.spelling import near_keys
from doctors.models import Doctor, NameWord
from doctors.queries import Way, exactly, first_named, spellings_of
from tests.factories import DoctorFactory

pytestmark = pytest.mark.django_db


def words():
    return set(NameWord.objects.values_list("word", flat=True))


def test_words_of_names_are_kept_once(dr_chen, dr_diaz):
    DoctorFactory(first_names="Ana María", last_names="Díaz")
    assert words() == {"ana", "molina", "paz", "jose", "diaz", "maria"}
    ana = NameWord.objects.filter(word="molina")
    assert {row.key for row in ana} == near_keys("molina")


def test_words_of_a_changed_name_are_added(dr_chen):
    dr_chen.last_names = "Núñez"
    dr_chen.save()
    dr_chen.refresh_from_db()
    assert dr_chen.name_words == ["ana", "nunez"]
    assert "nunez" in words()


def test_words_of_many_doctors_at_once(dr_chen):
    Doctor.objects.update(first_names="Zoila")
    assert "zoila" in words()


def test_spellings_are_same_begun_or_near(dr_chen):
    found = spellings_of(["molina", "moli", "mlina", "xyz", "an"])
    assert found == {
        "molina": {"molina": 0}, "moli": {"molina": 0.5}, "mlina": {"molina": 1}, "xyz": {},
        "an": {},
    }  # fmt: skip


def test_first_way_that_finds_somebody_is_the_answer(dr_chen, dr_diaz, django_assert_num_queries):
    doctors = Doctor.objects.published()
    near = {"dias": {"diaz": 1.0}}
    ways = [
        Way("none", doctors, ["nadie"], exactly(["nadie"])),
        Way("near", doctors, ["dias"], near),
        Way("later", doctors, ["ana"], exactly(["ana"])),
    ]
    with django_assert_num_queries(1):
        named = first_named(ways)
    assert (named.way, list(named.doctors), named.errors) == ("near", [dr_diaz.pk], 1.0)
    assert named.written == {"dias": "Díaz"}


def test_nobody_is_named_so(dr_chen):
    assert first_named([]).doctors == ()
    way = Way("none", Doctor.objects.all(), ["nadie"], exactly(["nadie"]))
    assert first_named([way]).doctors == ()
