"""The texts that our Python and templates give to gettext."""

import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ["core", "accounts", "doctors", "clinics", "appointments", "records", "prescriptions",
           "reviews", "directory", "portal", "notifications", "privacy", "support",
           "doctobooking"]  # fmt: skip
# Made-up data stays as it is written.
SKIPPED = {"migrations", "demo"}
# Where each function of django.utils.translation takes its (context, singular, plural).
Places = tuple[int | None, int, int | None]
FUNCTIONS: dict[str, Places] = {
    name + kind: places
    for name, places in {
        "gettext": (None, 0, None),
        "ngettext": (None, 0, 1),
        "pgettext": (0, 1, None),
        "npgettext": (0, 1, 2),
    }.items()
    for kind in ("", "_lazy", "_noop")
}


@dataclass(frozen=True, order=True)
class Text:
    """A source text as gettext knows it; context and singular are its identity."""

    context: str
    singular: str
    plural: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.singular


@dataclass(frozen=True)
class Find:
    text: Text
    place: str


class Unreadable(Exception):
    """A text that no program can read from its source."""


def finds() -> Iterator[Find]:
    """All texts of our Python and templates, in the order of their files."""
    for path in (*python_files(), *template_files()):
        read = python_texts if path.suffix == ".py" else template_texts
        try:
            yield from (Find(text, place(path)) for text in read(path.read_text("utf-8")))
        except Unreadable as error:
            raise Unreadable(f"{place(path)}: {error}") from None


def python_files() -> list[Path]:
    return sorted(
        path
        for app in SOURCES
        for path in (ROOT / app).rglob("*.py")
        if not SKIPPED & set(path.relative_to(ROOT).parts)
    )


def template_files() -> list[Path]:
    return sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in (".html", ".txt"))


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def python_texts(source: str) -> Iterator[Text]:
    """Texts of gettext calls, inside f-strings too. Raises Unreadable for `_(variable)`."""
    tree = ast.parse(source)
    known = _imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _called(node.func, known)
            if name:
                yield _text_of(node, FUNCTIONS[name])


def _imported_names(tree: ast.Module) -> dict[str, str]:
    """Local name -> name in django.utils.translation."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }


def _called(function: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(function, ast.Name):
        return known.get(function.id)
    is_method = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
    if is_method and function.value.id == "translation" and function.attr in FUNCTIONS:
        return function.attr
    return None


def _text_of(call: ast.Call, places: Places) -> Text:
    words = []
    for index in places:
        argument = call.args[index] if index is not None else ast.Constant("")
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            raise Unreadable(f"line {call.lineno}: give gettext a plain text, not an expression")
        words.append(argument.value)
    return Text(*words)


def template_texts(source: str) -> Iterator[Text]:
    """Texts of {% translate %}, {% blocktranslate %} and _("...")."""
    # Django makes gettext calls among X's of a template; indentation would mean blocks to Python.
    code = "\n".join(line.strip() for line in templatize(source).splitlines()) + "\n"
    names = {**FUNCTIONS, "_": FUNCTIONS["gettext"]}
    for _line, name, found, _notes in extract_python(io.BytesIO(code.encode()), names, (), {}):
        words = (found,) if isinstance(found, str) else found
        context, singular, plural = (
            words[index] if index is not None and index < len(words) else ""
            for index in names[name]
        )
        yield Text(context or "", singular or "", plural or "")
