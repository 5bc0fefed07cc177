"""What collectors are given, and what they give: tables of values, and files."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist

from accounts.models import User
from privacy.belonging import Belongings


@dataclass(frozen=True)
class Asking:
    """Whose data, when, and as from which network the reading of records is logged."""

    user: User
    now: datetime

    @cached_property
    def own(self) -> Belongings:
        return Belongings.belonging_to(self.user)


@dataclass(frozen=True)
class Coded:
    """A value that stands for words, as a choice does: machines get the one, people the other."""

    raw: Any
    label: Any


@dataclass
class Collected:
    """`rows` by the names of their tables, in the order of the page; `files` by path."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Empty tables are left out."""
        kept = [dict(row) for row in rows]
        if kept:
            self.rows[name] = kept

    def merge(self, other: "Collected") -> None:
        self.rows |= other.rows
        self.files |= other.files

    @property
    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """As in data.json."""
        return {name: plain(rows) for name, rows in self.rows.items()}

    def as_json(self) -> bytes:
        return json.dumps(self.tables, ensure_ascii=False, indent=1).encode()


def fields_of(row: Any, *names: str) -> dict[str, Any]:
    """Columns by name; `a__b` follows a relation, under the last name's own key."""
    found = {}
    for name in names:
        value, owner, part = row, row, name
        for part in name.split("__"):
            owner, value = value, getattr(value, part) if value is not None else None
        found[name.replace("__", "_")] = coded(owner, part, value)
    return found


def coded(row: Any, name: str, value: Any) -> Any:
    """With the word that the column's choices have for it, or for each of it."""
    try:
        column = row._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):
        return value
    if isinstance(value, list):
        names = _choices(getattr(column, "base_field", None))
        return [_named(inner, names) for inner in value]
    return _named(value, _choices(column))


def _choices(column: Any) -> dict[Any, Any]:
    return dict(getattr(column, "flatchoices", None) or ())


def _named(value: Any, names: dict[Any, Any]) -> Any:
    if not names:
        return value
    # A country is an object with a code.
    key = getattr(value, "code", value)
    if key in (None, "") or key not in names:
        return value
    return Coded(value, names[key])


def plain(value: Any) -> Any:
    """What JSON can say."""
    if isinstance(value, Coded):
        return plain(value.raw)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return str(value)
