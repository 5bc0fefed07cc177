"""A draft, a signed record with an addendum, and a mark in everything clinical of them."""

from datetime import timedelta
from io import BytesIO

from PIL import Image

from records.documents import SECTIONS, Amended, Content, Diagnosis, Fact
from records.files import Checked
from records.models import Amendment, AttachedFile, Attachment, Line, Share
from tests.conftest import NOW
from tests.factories import AttendedFactory, ConsultationFactory

CLINICAL = "CLINICO7Q"
ATTACHED = "ADJUNTO7Q"
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


PDF = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
       b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
       b"trailer<</Root 1 0 R>>\n% ADJUNTO7Q\n%%EOF\n")  # fmt: skip


def picture(kind="JPEG", size=(120, 80), **saved):
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **saved)
    return file.getvalue()


def note(visit, sort="allergy", text=f"{CLINICAL} penicilina", ends=None):
    line = Line(visit=visit, author=visit.doctor.user, at=NOW, ends=ends)
    line.write(Fact(sort, text).document)
    line.save(force_insert=True)
    return line


def attach(record, name=f"{CLINICAL}.pdf", content=PDF, **fields):
    row = Attachment(consultation=record, author=record.author, **{"at": NOW, **fields})
    row.write(Checked(name, "application/pdf", content).card.document)
    row.save(force_insert=True)
    held = AttachedFile(attachment=row)
    held.content = content
    held.save(force_insert=True)
    return row


def things_of_records(clinic, patient):
    """What the routes about records are asked for."""
    begun, done = (
        AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW - timedelta(days=n))
        for n in (8, 9)
    )
    ConsultationFactory(visit=begun, said=MARKED, signed_at=None)
    record = ConsultationFactory(visit=done, said=MARKED)
    amend(record)
    share = Share.objects.create(patient=patient, doctor=clinic.doctor, by=patient.account,
                                 created_at=NOW, expires_at=NOW + timedelta(days=30))  # fmt: skip
    return {"drafted": begun.public_id, "recorded": done.public_id, "chart": patient.public_id,
            "record": record.public_id, "known": note(begun).public_id, "share": share.public_id,
            "file": attach(record, is_for_patient=True).public_id}  # fmt: skip
