"""Doctors by their names, whatever the order, the accents and the typing errors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Exists, Q, QuerySet, Value

from core.spelling import errors_between, key_of, near_keys, words_of
from doctors.models import Doctor, NameWord

MOST_FOUND = 200
# Read before they are put in order.
MOST_READ = 300
MOST_LIKE_ONE = 60
MOST_ALIKE = 10
SHORTEST_PREFIX = 3
# A word that is only begun is a little further off than one that is whole.
BEGUN = 0.5
MOST_ERRORS = 3.0

Spellings = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Way:
    """One way to read what was typed: these words name a doctor among `doctors`.

    Words may be whole, begun or misspelt as `spellings` says (word typed -> words of names ->
    how far off); `spared` words may be missing.
    """

    name: str
    doctors: QuerySet[Doctor]
    words: Sequence[str]
    spellings: Spellings
    spared: int = 0
    # Words run together («anamolina»): the whole name is alike, by its trigrams.
    whole: str = ""

    def query(self) -> QuerySet[Doctor]:
        if self.whole:
            alike = TrigramWordSimilarity(self.whole, "name_key")
            found = self.doctors.filter(name_key__trigram_word_similar=self.whole)
            return found.annotate(alike=alike).order_by("-alike", "pk")
        conditions = [Q(name_words__overlap=list(self.spellings[word])) for word in self.words]
        wanted = Q()
        if self.spared:
            for left_out in range(len(conditions)):
                wanted |= _all(c for n, c in enumerate(conditions) if n != left_out)
        else:
            wanted = _all(conditions)
        return self.doctors.filter(wanted)

    def is_possible(self) -> bool:
        unknown = sum(1 for word in self.words if not self.spellings[word])
        return bool(self.words) and (bool(self.whole) or unknown <= self.spared)

    def is_like(self, other: "Way") -> bool:
        """Asks nothing else."""
        mine, its = ([w.spellings[x].keys() for x in w.words] for w in (self, other))
        same = self.doctors is other.doctors and mine == its and self.spared == other.spared
        return same and self.whole == other.whole


@dataclass(frozen=True)
class Named:
    """The doctors of the first way that finds any, best first."""

    way: str = ""
    doctors: Sequence[int] = ()
    # How the first of them writes the words that were typed.
    written: Mapping[str, str] = None  # type: ignore[assignment]
    errors: float = 0


def _all(conditions: Iterable[Q]) -> Q:
    return Q(*conditions)


def exactly(words: Iterable[str]) -> Spellings:
    return {word: {word: 0.0} for word in words}


def spellings_of(words: Sequence[str], *, joined: str = "") -> Spellings:
    """Words of names like those typed: the same, begun so, or with errors. One query.

    `joined`: all of them as one word, where such a name is.
    """
    words = [*words, joined] if joined else list(words)
    keys: set[str] = set().union(*(near_keys(word) for word in words))
    wanted = Q(key__in=sorted(keys))
    for word in words:
        if len(word) >= SHORTEST_PREFIX:
            wanted |= Q(word__startswith=word)
    found = NameWord.objects.filter(wanted).values_list("word", flat=True).distinct()
    known = list(found) if words else []
    return {word: _like(word, known) for word in words}


def _like(word: str, known: Iterable[str]) -> dict[str, float]:
    most = errors_allowed(word)
    costs: dict[str, float] = {}
    for other in known:
        if other == word:
            costs[other] = 0
        elif len(word) >= SHORTEST_PREFIX and other.startswith(word):
            costs[other] = BEGUN
        elif most and (errors := errors_between(word, other, most=most)) <= most:
            costs[other] = errors
    return dict(sorted(costs.items(), key=lambda item: item[1])[:MOST_LIKE_ONE])


def errors_allowed(word: str) -> int:
    return 0 if len(word) < 3 else 1 if len(word) == 3 else 2


def first_named(ways: Sequence[Way], *, spoken: str = "") -> Named:
    """One query: Postgres does not begin with a way when an earlier one finds somebody.

    Of those as near, who is called just as was `spoken` («de la Cruz») comes first.
    """
    possible: list[Way] = []
    for way in ways:
        if way.is_possible() and not any(way.is_like(earlier) for earlier in possible):
            possible.append(way)
    if not possible:
        return Named()
    parts: list[Any] = []
    asked: list[QuerySet[Doctor]] = []
    for way in possible:
        query = way.query()
        lazily = query.filter(*(~Exists(earlier) for earlier in asked))
        asked.append(query)
        parts.append(
            lazily.annotate(way=Value(way.name)).values_list(
                "way", "pk", "name_words", "first_names", "last_names"
            )[: MOST_ALIKE if way.whole else MOST_READ]
        )
    rows = list(parts[0].union(*parts[1:], all=True)) if parts[1:] else list(parts[0])
    if not rows:
        return Named()
    way = next(way for way in possible if way.name == rows[0][0])
    return _in_order(way, rows, spoken)


def _in_order(way: Way, rows: Sequence[tuple[str, int, list[str], str, str]], spoken: str) -> Named:
    if way.whole:
        best = f"{rows[0][3]} {rows[0][4]}"
        return Named(
            way.name, [row[1] for row in rows], dict.fromkeys(way.words, best), MOST_ERRORS
        )
    ranked = []
    for _way, pk, words, first, last in rows:
        name = f"{first} {last}"
        ranked.append((_cost(way, words), spoken not in key_of(name), name, pk))
    near = sorted(row for row in ranked if row[0] <= MOST_ERRORS)
    if not near:
        return Named()
    cost, _other, full_name, _pk = near[0]
    return Named(way.name, [row[-1] for row in near[:MOST_FOUND]], _written(way, full_name), cost)


def _cost(way: Way, words: Sequence[str]) -> float:
    """Errors of all words together; a word that is spared counts as one and a half."""
    costs = sorted(_best(way.spellings[typed], words)[0] for typed in way.words)
    found = costs[: len(costs) - way.spared] if way.spared else costs
    return sum(found) + 1.5 * way.spared


def _best(spellings: Mapping[str, float], words: Iterable[str]) -> tuple[float, str]:
    return min(((spellings.get(word, 9.0), word) for word in words), default=(9.0, ""))


def _written(way: Way, full_name: str) -> dict[str, str]:
    shown = {key_of(word): word for word in words_of(full_name)}
    best = {typed: _best(way.spellings[typed], shown) for typed in way.words}
    return {typed: shown[word] for typed, (cost, word) in best.items() if cost < 9}
