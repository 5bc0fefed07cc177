"""A letter as HTML and as text.

To fill in a template, and to put a mail's styles into each of its elements, costs as much as to
send it, and depends only on the letter's shape: so one letter of each shape is made with numbers
in place of its words, and the words of the others are put where the numbers stand.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.text import wrap

from notifications.letters.base import Facts, Letter

FORMS = {
    "html": "notifications/email/letter.html",
    "txt": "notifications/email/letter.txt",
}
WIDTH = 72
MARK = re.compile(r"@@(\d+)@@")
WORDS = ("subject", "heading", "intro", "button", "url", "unsubscribe")
_inliner = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True
)


def inlined(html: str) -> str:
    return _inliner.inline(html)


def html_of(letter: Letter) -> str:
    """In the active language."""
    return _filled("html", letter, escape)


def text_of(letter: Letter) -> str:
    """In the active language, in lines of 72 characters; addresses are never broken."""
    facts = [[("", wrap(f"{label}: {value}", WIDTH)) for label, value in table]
             for table in (letter.facts, *letter.more)]  # fmt: skip
    wrapped = replace(
        letter,
        intro=wrap(letter.intro, WIDTH),
        facts=facts[0],
        more=facts[1:],
        notes=[wrap(note, WIDTH) for note in letter.notes],
    )
    return _filled("txt", wrapped, str)


def _filled(form: str, letter: Letter, write: Callable[[str], str]) -> str:
    words = list(_words(letter))
    parts = _form(form, translation.get_language() or "", _shape(letter))
    return "".join(write(words[int(p)]) if n % 2 else p for n, p in enumerate(parts))


@dataclass(frozen=True)
class Shape:
    """Which parts a letter has, and how many lines each."""

    words: tuple[bool, ...]
    facts: tuple[int, ...]
    actions: int
    notes: int


def _shape(letter: Letter) -> Shape:
    return Shape(
        words=tuple(bool(getattr(letter, name)) for name in WORDS),
        facts=tuple(len(facts) for facts in (letter.facts, *letter.more)),
        actions=len(letter.actions),
        notes=len(letter.notes),
    )


def _words(letter: Letter) -> Iterator[str]:
    """All that differs between letters of one shape, in one order."""
    yield from (getattr(letter, name) for name in WORDS)
    for facts in (letter.facts, *letter.more, letter.actions):
        for pair in facts:
            yield from pair
    yield from letter.notes


@lru_cache(maxsize=512)
def _form(form: str, _language: str, shape: Shape) -> list[str]:
    """The template's answer cut at the marks: every other part is the number of a word."""
    numbers = iter(f"@@{n}@@" for n in range(10_000))
    words: dict[str, Any] = {name: next(numbers) for name in WORDS}
    for name, is_there in zip(WORDS, shape.words, strict=True):
        words[name] = words[name] if is_there else ""
    tables = [_pairs(numbers, size) for size in shape.facts]
    letter = Letter(
        **words,
        facts=tables[0],
        more=tables[1:],
        actions=_pairs(numbers, shape.actions),
        notes=[next(numbers) for _ in range(shape.notes)],
    )
    context = {"letter": letter, "SUPPORT_EMAIL": settings.SUPPORT_EMAIL}
    text = render_to_string(FORMS[form], context)
    return MARK.split(inlined(text) if form == "html" else text)


def _pairs(numbers: Iterator[str], size: int) -> Facts:
    return [(next(numbers), next(numbers)) for _ in range(size)]
