"""What collectors are given, and what they give: tables of plain values, and files."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

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


@dataclass
class Collected:
    """`tables` by their names in data.json, in the order of the page; `files` by path."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows without a value in them are left out, and so are empty tables."""
        kept = [{key: plain(value) for key, value in row.items()} for row in rows]
        if kept:
            self.tables[name] = kept

    def merge(self, other: "Collected") -> None:
        self.tables |= other.tables
        self.files |= other.files

    def as_json(self) -> bytes:
        return json.dumps(self.tables, ensure_ascii=False, indent=1).encode()


def fields_of(row: Any, *names: str) -> dict[str, Any]:
    """Columns by name; `a__b` follows a relation, under the last name's own key."""
    found = {}
    for name in names:
        value = row
        for part in name.split("__"):
            value = getattr(value, part) if value is not None else None
        found[name.replace("__", "_")] = value
    return found


def plain(value: Any) -> Any:
    """What JSON can say."""
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
