"""Each look at a record is a line, in the transaction of the look itself."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Patient, User
from core.events import record
from core.origin import network_of
from records.enums import Act, Role
from records.models import AccessLog, Consultation


@dataclass(frozen=True)
class Look:
    """Who looks, as what, when and from which address."""

    reader: User
    role: Role
    at: datetime
    address: str = ""


def log_access(
    look: Look, *, act: Act, patient: Patient | None, consultation: Consultation | None = None
) -> AccessLog:
    assert patient is not None
    return AccessLog.objects.create(
        patient=patient,
        consultation=consultation,
        reader=look.reader,
        role=look.role,
        act=act,
        at=look.at,
        network=network_of(look.address),
    )


def is_noted(look: Look, *, act: Act, consultation: Consultation, since: datetime) -> bool:
    """Whether there is such a line already: of the same person, from the same network."""
    lines = AccessLog.objects.filter(
        consultation=consultation, reader=look.reader, role=look.role, act=act, at__gt=since,
        network=network_of(look.address),
    )  # fmt: skip
    return lines.exists()


def tell(name: str, consultation: Consultation, look: Look) -> None:
    """An event of this transaction: ids, nothing of what was written."""
    record(
        name,
        subject_id=consultation.public_id,
        actor=look.reader,
        at=look.at,
        data={"visit": consultation.visit_id},
    )
