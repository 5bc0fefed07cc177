"""A dose in words, and the code on the paper."""

import pytest
from django.utils import translation

from prescriptions.codes import SYMBOLS, digest_of, digests_of, new_code, read_code
from prescriptions.documents import Heading, Issued, Medicine
from prescriptions.words import dose_in_words, repeats_in_words, route_in_words, unprinted
from tests.prescriptions.world import MARKED


@pytest.mark.parametrize(("fields", "words"), [
    ({"hours": 24, "days": 30}, "una tableta cada 24 horas por 30 días"),
    ({"hours": 1, "days": 1}, "una tableta cada hora por 1 día"),
    ({"hours": 8}, "una tableta cada 8 horas"),
    ({"rhythm": "once", "hours": 8, "days": 3}, "una tableta en dosis única"),
    ({"rhythm": "as_needed"}, "una tableta cuando lo necesite"),
    ({"rhythm": "as_needed", "hours": 6, "days": 5},
     "una tableta cuando lo necesite, como máximo cada 6 horas por 5 días"),
])  # fmt: skip
def test_dose_in_words(fields, words):
    assert dose_in_words(Medicine("Losartán", dose="una tableta", **fields)) == words


def test_dose_in_english():
    with translation.override("en"):
        one = Medicine("Losartán", dose="one tablet", hours=24, days=1)
        assert dose_in_words(one) == "one tablet every 24 hours for 1 day"


def test_route_and_repeats_in_words():
    assert route_in_words(Medicine("x", route="eye")) == "En los ojos"
    assert [repeats_in_words(n) for n in (0, 1, 12)] == [
        "Se entrega una sola vez.", "Se puede repetir 1 vez.", "Se puede repetir 12 veces.",
    ]  # fmt: skip


def test_codes_are_sixty_bits_in_groups():
    codes = {new_code() for _n in range(200)}
    assert len(codes) == 200 and len(SYMBOLS) == 32
    for code in codes:
        assert [len(part) for part in code.split("-")] == [4, 4, 4]
        assert read_code(code) == code.replace("-", "")


@pytest.mark.parametrize(("typed", "read"), [
    ("abcd-efgh-jkmn", "ABCDEFGHJKMN"), (" ABCD EFGH JKMN ", "ABCDEFGHJKMN"),
    ("OIL0-1111-1111", "011011111111"), ("ABCD–EFGH–JKMN", "ABCDEFGHJKMN"),
    ("ABCD-EFGH-JKM", ""), ("ABCD-EFGH-JKMNP", ""), ("ABCD-EFGH-JKMU", ""), ("", ""), ("\0", ""),
    ("ＡBCD-EFGH-JKMN", ""),
])  # fmt: skip
def test_what_is_typed_is_read(typed, read):
    assert read_code(typed) == read


def test_digests_know_former_secrets(settings):
    before = digest_of("ABCD-EFGH-JKMN")
    assert digests_of("abcd efgh jkmn") == [before] != digests_of("x")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert digests_of("ABCDEFGHJKMN") == [digest_of("ABCDEFGHJKMN"), before]


def test_a_document_comes_back_as_it_was():
    issued = Issued(Heading("Dra. Ana", "1", ("a", "b"), "Alicia", "1985-03-27"), MARKED, "X")
    assert Issued.of(issued.document) == issued


@pytest.mark.parametrize(("text", "lacking"), [
    ("Losartán 50 mg, ½ tableta ≤ 2 °C → β-bloqueador®™ №5 – «ya»", ""),
    ("Лозартан", ""),
    ("🙂 una 🙂👍", "🙂👍"),
    ("氯沙坦", "氯沙坦"),
])  # fmt: skip
def test_signs_that_the_paper_cannot_show(text, lacking):
    assert unprinted(text) == lacking
