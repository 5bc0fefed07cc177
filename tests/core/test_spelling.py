"""Keys and distances; the database's `near_keys` and `name_words` are the same as ours."""

import pytest
from django.db import connection

from core.spelling import errors_between, key_of, near_keys, words_of

WORDS = ["a", "ab", "ana", "vera", "molina", "echeverria", "nunez", "aaaa", "o"]
NAMES = ["José Ángel  Núñez-Güell", "Eugenia O'Brien", "d’Angelo (Ana)", "  ", "¿Ñandú? Æther ß"]


def one_of(sql, value):
    with connection.cursor() as cursor:
        cursor.execute(sql, [value])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [("molina", "molina", 0), ("molina", "mlina", 1), ("molina", "moilna", 1), ("vera", "bera", 1),
     ("molina", "mlinas", 2), ("", "ab", 2), ("ana", "xyz", 3), ("molina", "m", 3)],
)  # fmt: skip
def test_errors_between(one, other, errors):
    assert errors_between(one, other) == errors_between(other, one) == errors


@pytest.mark.django_db
@pytest.mark.parametrize("word", WORDS)
def test_near_keys_are_the_databases(word):
    assert set(one_of("SELECT near_keys(%s)", word)) == near_keys(word)


@pytest.mark.parametrize("typed", ["mlina", "moilna", "molinaa", "nolima", "mlnia", "olin"])
def test_words_two_errors_apart_share_a_key(typed):
    assert near_keys(typed) & near_keys("molina")


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_name_words_are_the_databases(name):
    assert one_of("SELECT name_words(%s)", name) == words_of(key_of(name))
