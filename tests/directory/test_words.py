"""What words are understood as, on the town of test_relevance."""

import pytest
from django.urls import reverse

from clinics.models import City
from directory.words import understand
from doctors.models import Doctor
from tests.directory.test_relevance import build_town

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def town(db):
    build_town()


def meant(q="", place="", slug=""):
    return understand(q=q, specialty_slug=slug, place=place)


def slugs(keys):
    return [Doctor.objects.get(pk=pk).slug for pk in keys]


@pytest.mark.parametrize("q", ["", "  ", "doctor", "un médico cerca de mí", "Dra."])
def test_nothing_in_particular_is_everybody(town, q):
    wanted = meant(q)
    assert (wanted.doctors, wanted.specialties, wanted.city, wanted.place) == (None, [], None, "")


@pytest.mark.parametrize("q", ["%", "_", "a", "el un", "'; --", "👩🏽‍⚕️", "\\", "1", "xyzxyz", "ñ"])
def test_what_nobody_is_called_finds_nobody(town, q):
    assert not meant(q).doctors
    assert meant(q).doctors is not None


def test_specialty_of_the_link_is_chosen(town):
    wanted = meant("vera", slug="dermatologia")
    assert wanted.is_chosen
    assert wanted.specialty.slug == "dermatologia"
    assert "pedro-vera" in slugs(wanted.doctors)
    assert not meant("cardiología", slug="cardiologia").doctors
    assert meant("cardiología", slug="cardiologia").doctors is None


def test_specialty_word_and_name_ask_for_both(town):
    wanted = meant("cardióloga vera")
    assert [s.slug for s in wanted.specialties] == ["cardiologia"]
    assert slugs(wanted.doctors) == ["julia-vera"]


def test_name_that_no_such_specialist_bears_is_left_out_and_said(town):
    wanted = meant("cardióloga Wxyzwx")
    assert [s.slug for s in wanted.specialties] == ["cardiologia"]
    assert wanted.doctors is None
    assert wanted.correction == "cardióloga"


def test_name_that_is_a_city_finds_both(town):
    wanted = meant("loja")
    assert wanted.city.slug == "loja"
    assert slugs(wanted.namesakes) == ["luis-loja"]


def test_name_that_is_a_word_of_a_specialty_finds_both(town):
    wanted = meant("barros")
    assert [s.slug for s in wanted.specialties] == ["dermatologia"]
    assert slugs(wanted.namesakes) == ["felipe-barros"]


def test_city_after_en_is_a_city(town):
    wanted = meant("pediatra en loja")
    assert (wanted.city.slug, wanted.doctors, wanted.correction) == ("loja", None, "")


def test_city_where_nobody_is_stays_a_city(town):
    wanted = meant("pediatra en molina")
    assert wanted.city == City.objects.get(slug="molina")


@pytest.mark.parametrize(
    ("q", "place", "correction"),
    [
        ("cardiologia", "", ""), ("CARDIOLOGÍA", "", ""), ("nunez", "", ""), ("chapinero", "", ""),
        ("cardilogia", "", "cardiología"), ("pediatara cuenca", "", "pediatra cuenca"),
        ("dentista guayaqil", "", "dentista Guayaquil"), ("jose nunes", "", "José Núñez"),
        ("chapinro", "", "chapinero"), ("cardióloga", "Guayaqil", "cardióloga, Guayaquil"),
        ("", "chapinro", "chapinero"),
    ],
)  # fmt: skip
def test_correction_says_what_typing_errors_were_taken_for(town, q, place, correction):
    assert meant(q, place).correction == correction


@pytest.mark.parametrize(
    ("place", "city", "words"),
    [("Quito", "quito", ""), ("quito, pichincha", "quito", ""),
     ("buenos-aires", "buenos-aires", ""), ("Chapinero, Bogotá", "bogota", "chapinero"),
     ("La Floresta", None, "floresta"),
     ("Nadie Vive Aqui", None, "nadie vive")],
)  # fmt: skip
def test_place_is_a_city_or_an_address(town, place, city, words):
    wanted = meant("", place)
    assert (wanted.city.slug if wanted.city else None, wanted.place) == (city, words)


def test_place_inside_the_words(town):
    wanted = meant("dermatólogo Chapinero")
    assert (wanted.place, wanted.doctors) == ("chapinero", None)
    assert meant("Clínica San Rafael").place == "san rafael"


@pytest.mark.parametrize(
    "q",
    ["cardiologo", "ana molina", "pediatra loja", "cardilogo vera guayaqil", "xyzxyz abcabc quito",
     "clinica san rafel", "moliina", "a b c d e f g h i j k", "montes de oca"],
)  # fmt: skip
@pytest.mark.parametrize(("place", "most"), [("", 5), ("Quito", 5), ("chapinro", 6)])
def test_understanding_takes_few_queries(town, django_assert_max_num_queries, q, place, most):
    with django_assert_max_num_queries(most):
        meant(q, place)


def test_link_is_understood_in_two_queries(town, django_assert_num_queries):
    """Where no words were typed, the catalogue is not read."""
    with django_assert_num_queries(2):
        wanted = understand(q="", specialty_slug="cardiologia", place="Quito")
    assert [s.slug for s in wanted.specialties] == ["cardiologia"]
    assert wanted.city.slug == "quito"


def test_page_says_what_it_shows(client, town):
    page = client.get(reverse("search"), {"q": "cardilogo"}).content.decode()
    assert "Mostramos resultados de «cardiólogo»" in page
    page = client.get(reverse("search"), {"q": "cardiologo"}).content.decode()
    assert "Mostramos resultados" not in page
    page = client.get(reverse("search"), {"q": "<b>cardilogo"}).content.decode()
    assert "<b>" not in page.split("Mostramos")[1][:80]
