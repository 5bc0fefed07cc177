"""What a person reads or hears on a page or in a mail, and in which language it is."""

import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

import polib
from django.utils import translation
from django.utils.translation import get_language
from django_countries import countries

from tests.check_translations import ENGLISH, library_texts
from tests.unmarked_texts import AS_THEY_ARE

SPOKEN = {"alt", "aria-label", "placeholder", "title", "content"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
WORD = re.compile(r"[^\W\d_]{2,}")
TAG = re.compile(r"<[^>]+>")
# Addresses, zones and names of elements: «https://...», «/agenda/», «America/El Salvador», «dia-1».
ADDRESS = re.compile(r"https?://\S+|/\S*|[A-Z]\w+/[\w/ -]+|[a-z0-9]+(-[a-z0-9]+)+")
LONG = 3  # words from which a text is found inside a longer one, too
# Words that only one of the two languages has; dates and field names among them.
ONLY_SPANISH = re.compile(
    r"[¿¡«»ñ]|\b(el|los|las|del|una|que|con|por|sus?|usted|para|está|más|hora|cita|citas|correo|"
    r"médic[oa]s?|elija|escriba|lunes|martes|miércoles|jueves|viernes|sábado|domingo|enero|"
    r"febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b",
    re.I,
)
ONLY_ENGLISH = re.compile(
    r"\b(the|your?|this|that|please|is|are|was|has|have|and|of|for|with|not|password|e?mail|field|"
    r"required|enter|choose|valid|sign|log|user(name)?|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|today|tomorrow)\b",
    re.I,
)


class _Reader(HTMLParser):
    """Texts apart by element; those of another language by their own `lang`, and names in lists."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_silent = tag in ("script", "style", "svg") or ("lang" in given and tag != "html")
        if (self.silent or is_silent) and tag not in VOID:
            self.silent.append(tag)
        if not self.silent:
            self.texts += [
                value
                for name, value in attrs
                if value and (name in SPOKEN or name.startswith("data-db-"))
            ]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag not in VOID:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def texts_of(html: str, *, names: tuple[str, ...] = ()) -> list[str]:
    """The texts of a page without `names`, which are as they are in any language."""
    reader = _Reader()
    reader.feed(html)
    texts = []
    for text in reader.texts:
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, " ")
        texts.append(_bare(text))
    as_they_are = _country_names(get_language() or "es") | AS_THEY_ARE
    return [t for t in texts if t and t not in as_they_are and not ADDRESS.fullmatch(t)]


@cache
def _country_names(language: str) -> set[str]:
    with translation.override(language):
        return {str(name) for _code, name in countries}


@dataclass(frozen=True)
class Shape:
    """A text with something in it: `key` is its longest part that does not vary."""

    key: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> "Shape":
        parts = PLACEHOLDER.split(text)
        return cls(max(parts, key=len), re.compile(".+?".join(map(re.escape, parts))))

    def is_in(self, whole: str) -> bool:
        return self.key in whole and self.pattern.search(whole) is not None


@dataclass(frozen=True)
class Foreign:
    """Texts of the other language: whole ones, those with something in them, and long ones."""

    plain: frozenset[str]
    shaped: tuple[Shape, ...]
    long: tuple[Shape, ...]

    def has(self, text: str) -> bool:
        return text in self.plain or any(
            shape.key in text and shape.pattern.fullmatch(text) for shape in self.shaped
        )


def foreign_texts(texts: list[str], language: str) -> list[str]:
    """The texts that are not of `language`: known ones of the other, and its usual words."""
    foreign, whole = _foreign(language), " ".join(texts)
    words = ONLY_SPANISH if language == "en" else ONLY_ENGLISH
    # Of one letter are initials, too.
    told = [text for text in dict.fromkeys(texts) if WORD.search(text)]
    found = [text for text in told if foreign.has(text) or words.search(text)]
    return found + [shape.pattern.pattern for shape in foreign.long if shape.is_in(whole)]


@cache
def _foreign(language: str) -> Foreign:
    texts = {_shown(text) for text in (_spanish() if language == "en" else _english())}
    varying = {text for text in texts if PLACEHOLDER.search(text)}
    # «%(start)s a %(end)s» has no word of its own: any English with an article would be like it.
    shaped = {text for text in varying if WORD.search(PLACEHOLDER.sub(" ", text))}
    long = {text for text in texts if len(WORD.findall(text)) > LONG}
    return Foreign(
        frozenset(texts - varying), tuple(map(Shape.of, shaped)), tuple(map(Shape.of, long))
    )


def _spanish() -> set[str]:
    """Our sources, but for those that English says in the same words."""
    entries = _catalogue()
    same = {word for e in entries for word in (e.msgstr, *e.msgstr_plural.values())}
    return {text for e in entries for text in (e.msgid, e.msgid_plural) if text} - same


def _english() -> set[str]:
    """Our English and the libraries', but for what is Spanish, too."""
    entries = _catalogue()
    texts = {word for e in entries for word in (e.msgstr, *e.msgstr_plural.values()) if word}
    spanish = library_texts("es")
    for key, entry in library_texts().items():
        if key not in spanish or spanish[key].msgstr != entry.msgid:
            texts |= {text for text in (entry.msgid, entry.msgid_plural) if text}
    ours = {text for e in entries for text in (e.msgid, e.msgid_plural)}
    return {text for text in texts - ours if re.search("[A-Za-z]{2}", PLACEHOLDER.sub("", text))}


def _catalogue() -> polib.POFile:
    return polib.pofile(str(ENGLISH))


def _shown(text: str) -> str:
    """As the reader of a page gives it: without tags, and with single spaces."""
    return _bare(TAG.sub(" ", text))


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(" ·,:()")
