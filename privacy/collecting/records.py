"""What doctors released of their records, the documents they gave, and who looked at them."""

from typing import Any

from accounts.models import User
from privacy.collecting.base import Asking, Collected, fields_of
from records.enums import Role
from records.models import AccessLog, Consultation, Share
from records.services.accesses import Look
from records.services.reading import Released, open_attachment, open_released


def collect(asking: Asking) -> Collected:
    """Each record that is opened is logged, as ever."""
    user, found = asking.user, Collected()
    look = Look(reader=user, role=Role.PATIENT, at=asking.now)
    signed = Consultation.objects.for_account(user).unopened().with_visits()
    rows = []
    for one in signed.order_by("visit__starts_at", "pk"):
        released = open_released(visit=one.visit, look=look)
        if released is not None:
            rows.append(_consultation(released, look, found))
    found.add("consultations", rows)
    shares = Share.objects.filter(patient__account=user).select_related("doctor", "patient")
    found.add("shares", [_share(row) for row in shares.order_by("pk")])
    looks = AccessLog.objects.for_account(user).with_names().order_by("pk")
    found.add("who_looked", [_look(row, user) for row in looks])
    return found


def _consultation(released: Released, look: Look, found: Collected) -> dict[str, Any]:
    visit = released.consultation.visit
    names = []
    for number, row in enumerate(released.attachments, 1):
        name = f"documentos/{visit.code}-{number}-{_safe(row.said.name)}"
        found.files[name] = open_attachment(attachment=row, look=look)
        names.append(name)
    return {
        "visit": visit.code,
        "patient": visit.patient.full_name if visit.patient else "",
        "doctor": visit.doctor.display_name,
        "signed_at": released.consultation.signed_at,
        "diagnoses": [str(diagnosis) for diagnosis in released.diagnoses],
        "instructions": released.instructions,
        "documents": names,
    }


def _share(row: Share) -> dict[str, Any]:
    times = fields_of(row, "created_at", "expires_at", "revoked_at")
    return {"patient": row.patient.full_name, "doctor": row.doctor.display_name, **times}


def _look(row: AccessLog, account: User) -> dict[str, Any]:
    """From which network is said of the account's own looks only: a doctor's is the doctor's."""
    who = {"patient": row.person.full_name, "reader": row.reader.full_name}
    own = ["network"] if row.reader_id == account.pk else []
    return {**who, **fields_of(row, "role", "act", "at", *own)}


def _safe(name: str) -> str:
    """No folder, whatever the document was called."""
    return "".join(sign if sign.isalnum() or sign in ".-_ " else "_" for sign in name)[-80:]
