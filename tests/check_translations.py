"""Every source text has its English: `python -m tests.check_translations [--write]`.

The sources are Spanish; locale/en is the complete English catalogue. locale/es holds only better
Spanish for texts of the libraries. No gettext tools are needed: `--write` adds new texts to the
English catalogue, drops those that are gone, and compiles both.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import allauth
import django
import phonenumber_field
import polib

from tests.source_texts import (
    ROOT,
    Find,
    Text,
    Unreadable,
    finds,
    place,
    python_files,
    template_files,
)
from tests.unmarked_texts import unmarked

Key = tuple[str, str]
ENGLISH = ROOT / "locale/en/LC_MESSAGES/django.po"
SPANISH = ROOT / "locale/es/LC_MESSAGES/django.po"
# An operator's terminal speaks both languages at once; a gazetteer has names.
UNMARKED = {"local", "data"}
LIBRARIES = [
    f"{Path(library.__file__).parent}/{folder}/{{}}/LC_MESSAGES/django.po"
    for library, folder in (
        (django, "conf/locale"),
        (django, "contrib/auth/locale"),
        (allauth, "locale"),
        (phonenumber_field, "locale"),
    )
]
# %(name)s, {name} and tags.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}|</?[a-z]+[^>]*>")


def problems() -> list[str]:
    """What is wrong with sources and catalogues, one line each."""
    try:
        texts = list(finds())
    except Unreadable as error:
        return [str(error)]
    found = [
        f"{place(path)}: not marked for translation: {text}"
        for path in (*python_files(), *template_files())
        if not UNMARKED & set(path.relative_to(ROOT).parts)
        for text in unmarked(path)
    ]
    found += catalogue_problems(polib.pofile(str(ENGLISH)), texts)
    found += library_problems(polib.pofile(str(SPANISH)))
    return found + stale(ENGLISH) + stale(SPANISH)


def catalogue_problems(catalogue: polib.POFile, finds: list[Find]) -> list[str]:
    """Texts without English, English without a text, and English that does not fit."""
    texts, entries = {find.text.key: find for find in finds}, by_key(catalogue)
    found = [f"{texts[key].place}: has no English: {key[1]!r}"
             for key in sorted(texts.keys() - entries.keys())]  # fmt: skip
    gone = [key[1] for key in sorted(entries.keys() - texts.keys())]
    gone += [entry.msgid for entry in catalogue.obsolete_entries()]
    found += [f"{place(ENGLISH)}: no source says this any more: {text!r}" for text in gone]
    for find in finds:
        entry = entries.get(find.text.key)
        if entry and find.text.plural != (entry.msgid_plural or ""):
            found.append(f"{find.place}: another plural than in the catalogue: {entry.msgid!r}")
    return found + [problem for entry in entries.values() for problem in entry_problems(entry)]


def entry_problems(entry: polib.POEntry) -> list[str]:
    """Empty, fuzzy, or with other placeholders, tags or spaces at its ends than its source."""
    if entry.fuzzy:
        return [f"fuzzy: {entry.msgid!r}"]
    found = []
    for source, translation in _forms(entry):
        if not translation.strip():
            found.append(f"not translated: {source!r}")
        elif placeholders(source) != placeholders(translation):
            found.append(f"other placeholders: {source!r} -> {translation!r}")
        elif _edges(source) != _edges(translation):
            found.append(f"other spaces at its ends: {source!r} -> {translation!r}")
    return found


def _forms(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Each source with its translation; two forms at least where there is a plural."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    forms = entry.msgstr_plural
    more = [(entry.msgid_plural, forms.get(n, "")) for n in range(1, max(2, len(forms)))]
    return [(entry.msgid, forms.get(0, "")), *more]


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def library_problems(catalogue: polib.POFile) -> list[str]:
    """Our Spanish for libraries: complete, and each text still one of a library's."""
    theirs = library_texts()
    gone = [entry.msgid for key, entry in by_key(catalogue).items() if key not in theirs]
    found = [f"{place(SPANISH)}: no library says this any more: {text!r}" for text in gone]
    return found + [problem for entry in catalogue for problem in entry_problems(entry)]


def library_texts(language: str = "en") -> dict[Key, polib.POEntry]:
    """Texts of the libraries, as they ship them or as they translate them."""
    paths = [Path(pattern.format(language)) for pattern in LIBRARIES]
    texts: dict[Key, polib.POEntry] = {}
    for path in paths:
        if path.exists():
            texts |= by_key(polib.pofile(str(path)))
    return texts


def by_key(catalogue: Iterable[polib.POEntry]) -> dict[Key, polib.POEntry]:
    return {(e.msgctxt or "", e.msgid): e for e in catalogue if not e.obsolete}


def stale(path: Path) -> list[str]:
    """A compiled catalogue that is missing or says something else than its source."""
    compiled = path.with_suffix(".mo")
    if compiled.exists():
        source, result = polib.pofile(str(path)), polib.mofile(str(compiled))
        said = [entry for entry in source if entry.translated()]
        if _meaning(said) == _meaning(result) and source.metadata == result.metadata:
            return []
    return [f"{place(compiled)} is not what {path.name} says: run this check with --write"]


def _meaning(entries: Iterable[polib.POEntry | polib.MOEntry]) -> dict[object, object]:
    return {
        (e.msgctxt or "", e.msgid, e.msgid_plural or ""): e.msgstr_plural or e.msgstr
        for e in entries
    }


def write() -> None:
    """Bring the English catalogue to the texts of today; what is translated stays."""
    old = polib.pofile(str(ENGLISH))
    new = polib.POFile(wrapwidth=100)
    new.metadata, new.header = old.metadata, old.header
    known = by_key(old)
    texts: dict[Key, Text] = {}
    places: dict[Key, set[str]] = {}
    for find in finds():
        texts.setdefault(find.text.key, find.text)
        places.setdefault(find.text.key, set()).add(find.place)
    for key in sorted(texts, key=lambda key: (min(places[key]), key)):
        new.append(_entry(texts[key], places[key], known.get(key)))
    new.save(str(ENGLISH))
    for path in (ENGLISH, SPANISH):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def _entry(text: Text, where: set[str], known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=text.singular,
        msgctxt=text.context or None,
        occurrences=[(place, "") for place in sorted(where)],
        flags=["python-format"] if re.search(r"%\(\w+\)|%[sd]", text.singular) else [],
        tcomment=known.tcomment if known else "",
    )
    if text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = (known and known.msgstr_plural) or {0: "", 1: ""}
    elif known and not known.msgid_plural:
        entry.msgstr = known.msgstr
    return entry


def main(arguments: list[str]) -> int:
    if "--write" in arguments:
        write()
    found = problems()
    for line in found:
        print(line)  # noqa: T201 -- a command
    if found:
        print(f"{len(found)} problems. --write brings the catalogues up to date.")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
