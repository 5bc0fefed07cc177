"""A draft, a signed record with an addendum, and a mark in everything clinical of them."""

from datetime import timedelta

from records.documents import SECTIONS, Amended, Content, Diagnosis
from records.models import Amendment
from tests.conftest import NOW
from tests.factories import AttendedFactory, ConsultationFactory

CLINICAL = "CLINICO7Q"
MARKED = Content(
    **{name: f"{CLINICAL} {name}" for name in SECTIONS},
    vitals={"systolic": "120", "diastolic": "80"},
    diagnoses=(Diagnosis(f"{CLINICAL} diagnosis", "I10"),),
)
ADDED = Amended(f"{CLINICAL} text", f"{CLINICAL} instructions", MARKED.diagnoses)


def amend(consultation, said=ADDED, number=1, **fields):
    added = Amendment(consultation=consultation, number=number, author=consultation.author,
                      **{"at": NOW, **fields})  # fmt: skip
    added.write(said.document)
    added.save(force_insert=True)
    return added


def things_of_records(clinic, patient):
    """What the routes about records are asked for."""
    begun, done = (
        AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW - timedelta(days=n))
        for n in (8, 9)
    )
    ConsultationFactory(visit=begun, said=MARKED, signed_at=None)
    amend(ConsultationFactory(visit=done, said=MARKED))
    return {"drafted": begun.public_id, "recorded": done.public_id, "chart": patient.public_id}
