"""What case, accents and slips of the finger hide: keys, words, how far apart two words are."""

import re
import unicodedata

# As Postgres' unaccent writes what has no decomposition.
LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "þ": "th"}
)
# The same signs as in `name_words` of doctors/migrations/0004.
BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~’´«»\u00a1\u00bf]+")
COMPARED = 7
SHORT = 3


def key_of(text: str) -> str:
    """As `f_unaccent(lower(...))` does: what accents and case hide."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.translate(LETTERS).split())


def words_of(text: str) -> list[str]:
    return [word for word in BETWEEN_WORDS.split(text) if word]


def near_keys(word: str) -> set[str]:
    """The beginning of a word less up to two letters: words two errors apart share one of these.

    `near_keys` of the database makes the same (Garbe's symmetric deletion): looking up thirty
    keys finds what trigrams miss, a short word with two errors.
    """
    start = word[:COMPARED]
    once = {start[:i] + start[i + 1 :] for i in range(len(start))}
    if len(word) <= SHORT:
        return {start} | once
    return {start} | once | {key[:i] + key[i + 1 :] for key in once for i in range(len(key))}


def errors_between(one: str, other: str, *, most: int = 2) -> int:
    """Letters missing, added, replaced, or swapped with the next; `most + 1` stands for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, sign in enumerate(other, 1):
            best = min(before[j - 1] + (letter != sign), before[j] + 1, row[-1] + 1)
            if i > 1 and j > 1 and letter == other[j - 2] and sign == one[i - 2]:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)
