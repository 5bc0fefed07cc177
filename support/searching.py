"""Which articles answer what somebody types: a few dozen texts, so each is compared.

Accents, case and small slips do not count. A word of a title or of what people call it weighs more
than one of the text; a word that stands in many articles weighs less than one that stands in few.
"""

import re
from dataclasses import dataclass
from functools import cache
from math import log

from core.spelling import errors_between, key_of, words_of
from support.articles import Article, articles

MOST_WORDS = 12
SHORTEST = 3
# Words of questions, not of answers; in both languages.
EMPTY = frozenset({
    "que", "como", "donde", "cuando", "porque", "por", "para", "con", "sin", "una", "uno", "unos",
    "unas", "los", "las", "del", "mis", "sus", "puedo", "quiero", "necesito", "hago", "hacer",
    "tengo", "hay", "the", "and", "for", "how", "can", "what", "where", "when", "why", "does",
    "not", "you", "your", "with", "from", "this", "that", "want", "need", "have",
})  # fmt: skip
TITLE, WORDS, TEXT = 4.0, 3.0, 1.0
# How much of its weight a word keeps that begins alike, or that is misspelt.
BEGINS, MISSPELT = 0.8, 0.6


SOUNDS = [
    (re.compile(pattern), letter)
    for pattern, letter in (
        (r"qu(?=[ei])|k", "c"), (r"c(?=[ei])|z", "s"), ("v", "b"), ("ll", "y"), (r"g(?=[ei])", "j"),
        (r"(?<![cs])h", ""), (r"(.)\1", r"\1"),
    )
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Entry:
    article: Article
    weights: dict[str, float]


def search(typed: str) -> list[Article]:
    """The best first; none where nothing fits."""
    wanted = [w for w in _keys(typed) if w not in _silent()][:MOST_WORDS]
    shelf = _shelf(tuple(articles()))
    scored = [(_score(wanted, entry, shelf), entry.article) for entry in shelf]
    best = max((score for score, _article in scored), default=0)
    fits = [(score, article) for score, article in scored if score > 0 and score >= best / 4]
    return [article for _score, article in sorted(fits, key=lambda one: -one[0])]


@cache
def _shelf(known: tuple[Article, ...]) -> tuple[Entry, ...]:
    return tuple(Entry(article, _weights(article)) for article in known)


def _weights(article: Article) -> dict[str, float]:
    weights: dict[str, float] = {}
    parts = ((article.text, TEXT), (" ".join(article.words), WORDS), (article.title, TITLE))
    for text, weight in parts:
        weights.update(dict.fromkeys(_keys(text), weight))
    return weights


def _keys(text: str) -> list[str]:
    return [_sound(key) for word in words_of(text) if len(key := key_of(word)) >= SHORTEST]


@cache
def _sound(key: str) -> str:
    """«resivo» for «recibo»: letters that sound alike become one."""
    for pattern, letter in SOUNDS:
        key = pattern.sub(letter, key)
    return key


def _score(wanted: list[str], entry: Entry, shelf: tuple[Entry, ...]) -> float:
    total = 0.0
    for word in wanted:
        rarity = log(1 + len(shelf) / (1 + _spread(word, shelf)))
        total += rarity * max((w * _likeness(word, k) for k, w in entry.weights.items()), default=0)
    return total


def _spread(word: str, shelf: tuple[Entry, ...]) -> int:
    return sum(word in entry.weights for entry in shelf)


def _likeness(typed: str, known: str) -> float:
    """1 for the same word, less for one that begins alike or is a slip away, else 0."""
    if typed == known:
        return 1
    shorter, longer = sorted((typed, known), key=len)
    if len(shorter) >= 4 and longer.startswith(shorter):
        return BEGINS
    most = 0 if len(typed) < 5 else 1 if len(typed) < 8 else 2
    if most and typed[0] == known[0] and errors_between(typed, known, most=most) <= most:
        return MISSPELT
    return 0


@cache
def _silent() -> frozenset[str]:
    return frozenset(_sound(key_of(word)) for word in EMPTY)
