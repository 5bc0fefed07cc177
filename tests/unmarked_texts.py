"""Words that a person would read and that nobody marked for translation."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

SPOKEN = {"alt", "aria-label", "placeholder", "title", "label"}
SILENT = {"style", "script", "svg"}
# Names, and words that are said in their own language whatever the page's.
AS_THEY_ARE = {"Doctobooking", "Docto", "booking", "GeoNames", "CC BY 4.0", "Español", "English"}
WORD = re.compile(r"[^\W\d_]{2,}")
SPANISH = re.compile(r"[áéíóúñÁÉÍÓÚÑ¿¡]")
# Between these tags of a template stands a text that is translated, or none.
BLOCKS = re.compile(r"^(blocktranslate|blocktrans|comment)\b")
# What parts texts: a sign that no template has.
STOP = "\ue000"
CLASS_NAME = re.compile(r"[a-z]+(-+[a-z]+)+")
# Between two tags of a template that is included inside an element's own tag.
ATTRIBUTE = re.compile(r'(" )?data-[\w-]+="')


def unmarked(path: Path) -> list[str]:
    read = unmarked_in_python if path.suffix == ".py" else unmarked_in_template
    return read(path.read_text("utf-8"))


def unmarked_in_template(source: str) -> list[str]:
    reader = _Reader()
    reader.feed("".join(_plain(source)))
    reader.close()
    return [
        text
        for text in reader.texts
        if WORD.search(text)
        and text not in AS_THEY_ARE
        and not CLASS_NAME.fullmatch(text)
        and not ATTRIBUTE.fullmatch(text)
    ]


def _plain(source: str) -> Iterator[str]:
    """The template's own text; each tag and variable is a stop."""
    inside = ""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            opening = BLOCKS.match(token.contents)
            if inside and token.contents.startswith(f"end{inside}"):
                inside = ""
            elif opening and not inside:
                inside = opening[1]
        if token.token_type == TokenType.TEXT and not inside:
            yield token.contents
        else:
            yield STOP


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        for name, value in attrs:
            if name in SPOKEN and value:
                self._take(value)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._take(data)

    def _take(self, text: str) -> None:
        self.texts += (" ".join(part.split()).strip("· ") for part in text.split(STOP))


def unmarked_in_python(source: str) -> list[str]:
    """Texts with a Spanish sign outside gettext, docstrings and names of places (`..._NAMES`)."""
    tree = ast.parse(source)
    spared = {id(node) for root in _spared(tree) for node in ast.walk(root)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SPANISH.search(node.value)
        and id(node) not in spared
        and node.value not in AS_THEY_ARE
    ]


def _spared(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_marked = isinstance(node, ast.Call) and "gettext" in _name(node.func)
        is_names = isinstance(node, ast.Assign) and _name(node.targets[0]).endswith("_NAMES")
        if is_docstring or is_marked or is_names:
            yield node


def _name(node: ast.expr) -> str:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return "gettext" if name == "_" else name
