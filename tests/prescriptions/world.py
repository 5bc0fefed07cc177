"""Prescriptions, a revocation, a template: a mark in all that is clinical of them."""

import uuid
from datetime import date, timedelta

from prescriptions.codes import digest_of, new_code
from prescriptions.documents import Content, Issued, Medicine, Named
from prescriptions.models import Prescription, PrescriptionTemplate, Revocation
from prescriptions.services.issuing import heading_of
from tests.conftest import NOW
from tests.factories import AttendedFactory

MARK = "FARMACO7Q"
MARKED = Content(
    (
        Medicine(f"{MARK} name", f"{MARK} presentation", f"{MARK} dose", "oral", "every", 24, 30,
                 f"{MARK} quantity", f"{MARK} notes"),
        Medicine("Paracetamol", "tabletas de 500 mg", "una tableta", "oral", "as_needed", 8, 5,
                 "15 tabletas"),
    ),
    f"{MARK} instructions",
)  # fmt: skip
REASON = f"{MARK} reason"
# Today in Quito.
TODAY = date(2026, 11, 23)


def prescribe(visit, said=MARKED, code=None, **fields):
    """Written past the services."""
    code = code or new_code()
    made = Prescription(visit=visit, author=visit.doctor.user, code_digest=digest_of(code), **{
        "licence": "1234-5678", "issued_at": NOW, "issued_on": TODAY,
        "valid_until": TODAY + timedelta(days=29), **fields,
    })  # fmt: skip
    made.write(Issued(heading_of(visit), said, code).document)
    made.save(force_insert=True)
    return made


def revoke(prescription, **fields):
    made = Revocation(prescription=prescription, **{"author": prescription.author, "at": NOW,
                                                    **fields})  # fmt: skip
    made.write({"reason": REASON})
    made.save(force_insert=True)
    return made


def template_of(doctor, name=f"{MARK} template", said=MARKED):
    made = PrescriptionTemplate(doctor=doctor, saved_at=NOW)
    made.write(Named(name, said).document)
    made.save(force_insert=True)
    return made


def typed(said=MARKED, **changes):
    """What a browser sends of a form with these medicines."""
    lines = {"lines": str(len(said.medicines)), "instructions": said.instructions}
    for n, one in enumerate(said.medicines, 1):
        for field, value in vars(one).items():
            lines[f"m{n}-{field}"] = "" if value is None else str(value)
    return {**lines, "days": "30", "repeats": "0", "key": str(uuid.uuid4()), "act": "issue",
            **changes}  # fmt: skip


def things_of_prescriptions(clinic, patient):
    """What the routes about prescriptions are asked for."""
    visit = AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW - timedelta(days=10))
    return {
        "prescribed": visit.public_id,
        "prescription": prescribe(visit).public_id,
        "template": template_of(clinic.doctor).public_id,
    }
