"""What a prescription says, as values: plain text in memory, one sealed document at rest. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from prescriptions.enums import Rhythm, Route

MOST_MEDICINES = 20


@dataclass(frozen=True)
class Medicine:
    """One line (FHIR MedicationRequest). `hours` is the time between doses, `days` for how long."""

    name: str
    presentation: str = ""
    dose: str = ""
    route: str = Route.ORAL.value
    rhythm: str = Rhythm.EVERY.value
    hours: int | None = None
    days: int | None = None
    quantity: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Content:
    """What the doctor writes: it fills a form, a template or a prescription."""

    medicines: tuple[Medicine, ...] = ()
    instructions: str = ""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Content":
        return cls(_medicines(document["medicines"]), document["instructions"])

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Heading:
    """Who prescribes to whom, as it was on the day: later changes of a profile change no paper.

    `born_on` is an ISO date, or "".
    """

    doctor: str
    licence: str
    clinic: tuple[str, ...]
    patient: str
    born_on: str = ""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Heading":
        known = {f.name: document[f.name] for f in fields(cls)}
        return cls(**{**known, "clinic": tuple(known["clinic"])})


@dataclass(frozen=True)
class Issued:
    """All that is sealed of one prescription."""

    heading: Heading
    content: Content
    code: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Issued":
        heading, content = document["heading"], document["content"]
        return cls(Heading.of(heading), Content.of(content), document["code"])

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Named:
    """A template: its name tells an illness as its medicines do."""

    name: str
    content: Content

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Named":
        return cls(document["name"], Content.of(document["content"]))

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)


def _medicines(rows: Iterable[Mapping[str, Any]]) -> tuple[Medicine, ...]:
    return tuple(Medicine(**row) for row in rows)
