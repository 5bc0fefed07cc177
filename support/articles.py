"""The help centre's articles: one file for each language, read once a process.

A file is a head of `name: value` lines, «---», and a text in a small format of our own: paragraphs,
lists («- », «1. »), «**strong**», and links to pages of ours by the name of their route. Everything
else is text: nothing of a file is taken for HTML.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

VERSION_LENGTH = 12
FOLDER = Path(__file__).parent / "articles"
HEAD = ("title", "topic", "words", "place")
LINK = re.compile(r"\[([^\]]+)\]\(([a-z_:]+)\)")
STRONG = re.compile(r"\*\*([^*]+)\*\*")
ITEM = re.compile(r"(?:- |\d+\. )")


class Topic(TextChoices):
    PATIENTS = "patients", _("Para pacientes")
    ACCOUNT = "account", _("Cuenta y privacidad")
    DOCTORS = "doctors", _("Para médicos y consultorios")


@dataclass(frozen=True)
class Article:
    """`words` are what people call it, besides the words of the title."""

    slug: str
    title: str
    topic: Topic
    words: tuple[str, ...]
    text: str

    @property
    def path(self) -> str:
        return reverse("support:article", args=[self.slug])

    @property
    def version(self) -> str:
        """Of the text: another one, as soon as a word of it changes."""
        said = f"{self.title}\n{self.text}"
        return hashlib.sha256(said.encode()).hexdigest()[:VERSION_LENGTH]

    @property
    def summary(self) -> str:
        """Its first paragraph as plain text, short."""
        first = LINK.sub(r"\1", self.text.split("\n\n")[0]).replace("**", "")
        plain = " ".join(ITEM.sub("", line, count=1) for line in first.splitlines())
        return plain if len(plain) <= 160 else plain[:160].rsplit(" ", 1)[0] + "…"

    @property
    def html(self) -> SafeString:
        # Each block is escaped before anything is put around it.
        return mark_safe("\n".join(map(_block, self.text.split("\n\n"))))  # nosec B308 B703 -- above


def articles() -> list[Article]:
    """In the language that is spoken now."""
    return _read(get_language() or settings.LANGUAGE_CODE)


def find_article(slug: str) -> Article | None:
    return next((article for article in articles() if article.slug == slug), None)


def by_topic() -> list[tuple[Topic, list[Article]]]:
    return [(topic, [a for a in articles() if a.topic == topic]) for topic in Topic]


@cache
def _read(language: str) -> list[Article]:
    folder = FOLDER / language
    found = [_article(path) for path in (folder if folder.is_dir() else FOLDER / "es").glob("*.md")]
    return [article for _place, article in sorted(found, key=lambda one: one[0])]


def _article(path: Path) -> tuple[int, Article]:
    head, _line, text = path.read_text(encoding="utf-8").partition("\n---\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    words = tuple(word.strip() for word in said["words"].split(","))
    article = Article(path.stem, said["title"], Topic(said["topic"]), words, text.strip())
    return int(said["place"]), article


def _block(block: str) -> str:
    lines = block.splitlines()
    if not all(ITEM.match(line) for line in lines):
        return f"<p>{_inline(' '.join(lines))}</p>"
    tag = "ul" if block.startswith("- ") else "ol"
    items = "".join(f"<li>{_inline(ITEM.sub('', line, count=1))}</li>" for line in lines)
    return f"<{tag}>{items}</{tag}>"


def _inline(text: str) -> str:
    strong = STRONG.sub(r"<strong>\1</strong>", str(escape(text)))
    return LINK.sub(lambda m: f'<a href="{reverse(m[2])}">{m[1]}</a>', strong)
