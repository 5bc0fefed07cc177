"""What a record says, as values: plain text in memory, one sealed document at rest. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from core.spelling import key_of
from records.enums import Sort

SECTIONS = ("reason", "history", "assessment", "plan", "instructions", "private_note")
# «J45.0», «j450», «I10»: an ICD-10 code at the beginning of a line.
CODED = re.compile(
    r"([A-Z]\d[0-9A-Z])(?:\.?([0-9A-Z]{1,4}))?(?:\s*[-–—:·]\s*|\s+)(\S.*)", re.I | re.ASCII
)


@dataclass(frozen=True)
class Diagnosis:
    """FHIR Condition: its words, and its code of ICD-10 where the doctor gave one."""

    title: str
    code: str = ""

    @classmethod
    def read(cls, line: str) -> "Diagnosis":
        """«I10 Hipertensión esencial», or words alone."""
        found = CODED.fullmatch(line.strip())
        if found is None or not (found[2] is None or any(sign.isdigit() for sign in found[2])):
            return cls(line.strip())
        code = found[1].upper() + (f".{found[2].upper()}" if found[2] else "")
        return cls(found[3], code)

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()


@dataclass(frozen=True)
class Content:
    """What the doctor writes of one visit."""

    reason: str = ""
    history: str = ""
    assessment: str = ""
    plan: str = ""
    instructions: str = ""
    private_note: str = ""
    vitals: Mapping[str, str] = field(default_factory=dict)
    diagnoses: tuple[Diagnosis, ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Content":
        known = {f.name: document[f.name] for f in fields(cls) if f.name in document}
        return cls(**{**known, "diagnoses": _diagnoses(known.get("diagnoses", ()))})

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def is_empty(self) -> bool:
        return self == Content()

    @property
    def may_be_signed(self) -> bool:
        return bool(self.assessment or self.plan or self.diagnoses)

    @property
    def words(self) -> str:
        """Everything that can be looked for."""
        sections = (getattr(self, name) for name in SECTIONS)
        return "\n".join((*sections, *map(str, self.diagnoses)))


@dataclass(frozen=True)
class Amended:
    """What an addendum says, and what the patient reads from then on."""

    text: str
    instructions: str = ""
    diagnoses: tuple[Diagnosis, ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Amended":
        return cls(document["text"], document["instructions"], _diagnoses(document["diagnoses"]))

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def words(self) -> str:
        return "\n".join((self.text, self.instructions, *map(str, self.diagnoses)))


@dataclass(frozen=True)
class Fact:
    """A line of a patient's background; with `sort` empty, why another line ends."""

    sort: str
    text: str = ""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Fact":
        return cls(document["sort"], document["text"])

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def label(self) -> str:
        return str(Sort(self.sort).label)


@dataclass(frozen=True)
class Card:
    """Of an attachment: how it is called, what it is, SHA-256 of what it holds."""

    name: str
    content_type: str
    size: int
    sha256: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Card":
        return cls(**{f.name: document[f.name] for f in fields(cls)})

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Identity:
    """Who a patient was; texts are empty where nothing is kept. `birth_date` is ISO 8601."""

    first_names: str
    last_names: str
    id_country: str
    id_number: str
    birth_date: str = ""
    sex: str = ""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Identity":
        return cls(**{f.name: document[f.name] for f in fields(cls)})

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def full_name(self) -> str:
        return f"{self.first_names} {self.last_names}".strip()

    @property
    def born_on(self) -> date | None:
        return date.fromisoformat(self.birth_date) if self.birth_date else None


def read_diagnoses(lines: str) -> tuple[Diagnosis, ...]:
    """One a line; empty lines and repeated ones count for nothing."""
    found = (Diagnosis.read(line) for line in lines.splitlines() if line.strip())
    return tuple(dict.fromkeys(found))


def lines_of(diagnoses: Iterable[Diagnosis]) -> str:
    return "\n".join(map(str, diagnoses))


def says(text: str, wanted: str) -> bool:
    """Whether every word that is looked for stands in it, whatever its accents and case."""
    held = key_of(text)
    return all(word in held for word in key_of(wanted).split())


def _diagnoses(rows: Iterable[Any]) -> tuple[Diagnosis, ...]:
    return tuple(row if isinstance(row, Diagnosis) else Diagnosis(**row) for row in rows)
