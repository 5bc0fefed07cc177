"""Prescriptions as they are on paper, and which of them were revoked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from prescriptions.enums import Rhythm, Route
from prescriptions.models import Prescription
from privacy.collecting.base import Asking, Coded, Collected
from records.enums import Act, Role
from records.services.accesses import Look, log_access


def collect(asking: Asking) -> Collected:
    found = Collected()
    own = Prescription.objects.for_account(asking.user).with_visits().order_by("pk")
    look = Look(reader=asking.user, role=Role.PATIENT, at=asking.now)
    rows = []
    for row in own:
        log_access(look, act=Act.RX_READ, patient=row.visit.patient)
        rows.append(_prescription(row))
    found.add("prescriptions", rows)
    return found


def _prescription(row: Prescription) -> dict[str, Any]:
    said = row.said.document
    return {
        "visit": row.visit.code,
        "issued_at": row.issued_at,
        "valid_until": row.valid_until,
        "repeats": row.repeats,
        **_heading(said["heading"]),
        "medicines": [medicine_of(line) for line in said["content"]["medicines"]],
        "instructions": said["content"]["instructions"],
        "code": said["code"],
        # Why is the doctor's own: the form promises that the patient does not read it.
        "is_revoked": row.is_revoked,
    }


def medicine_of(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of a paper, with words beside its codes."""
    return {**line, "route": Coded(line["route"], Route(line["route"]).label),
            "rhythm": Coded(line["rhythm"], Rhythm(line["rhythm"]).label)}  # fmt: skip


def _heading(said: Mapping[str, Any]) -> dict[str, Any]:
    born = said.get("born_on")
    return {**said, "born_on": date.fromisoformat(born) if born else ""}
