"""Prescriptions as they are on paper, and which of them were revoked."""

from typing import Any

from prescriptions.models import Prescription
from privacy.collecting.base import Asking, Collected
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
        **said["heading"],
        "medicines": said["content"]["medicines"],
        "instructions": said["content"]["instructions"],
        "code": said["code"],
        # Why is the doctor's own: the form promises that the patient does not read it.
        "is_revoked": row.is_revoked,
    }
