"""Nothing clinical can be read in the database: each row of each table is looked at."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from accounts.models import User
from prescriptions.documents import Content, Medicine
from prescriptions.models import Prescription, PrescriptionTemplate
from records.models import AttachedFile, Consultation, Line
from tests.factories import PatientFactory
from tests.prescriptions.world import typed
from tests.records.world import PDF

pytestmark = pytest.mark.django_db
MARK = "DUMP7Qdump7Q"


def dumped():
    """(table, row as text) of everything that is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            for (row,) in cursor.fetchall():
                yield table, row


def shapes(mark):
    """As it is, in the bytes of a column, and in base64 wherever it begins."""
    coded = []
    for n in range(3):
        text = base64.b64encode(b"x" * n + mark.encode()).decode()
        coded.append(text[-(-n * 8 // 6) : (n + len(mark)) * 8 // 6])
    return [mark, mark.encode().hex(), *coded]


def found(mark):
    wanted = shapes(mark)
    return sorted({table for table, row in dumped() if any(shape in row for shape in wanted)})


def write_everything(ana, visit, mark=MARK, private=MARK):
    """Through the pages, as people do: refused, saved, in conflict, signed, amended, searched."""
    address = reverse("portal:consultation", args=[visit.public_id])
    words = dict.fromkeys(
        ("reason", "history", "assessment", "diagnoses", "plan", "instructions"),
        f"{mark} palabras",
    ) | {"private_note": f"{private} palabras"}
    whole = {**words, "diagnoses": f"I10 {mark}", "systolic": "123", "diastolic": "77"}
    ana.post(address, {**whole, "version": "0", "temperature": "99"})
    ana.post(address, {**whole, "version": "0"})
    ana.post(f"{address}borrador/", {**whole, "version": "1", "plan": f"{mark} otro"})
    ana.post(address, {**whole, "version": "1", "plan": f"{mark} tercero"})
    pdf = PDF.replace(b"%%EOF", f"% {mark}\n%%EOF".encode())
    ana.post(f"{address}documento/", {"file": SimpleUploadedFile(f"{mark}.pdf", pdf)})
    facts = f"/agenda/citas/{visit.public_id}/antecedentes/"
    ana.post(facts, {"sort": "allergy", "text": f"{mark} penicilina"})
    line = Line.objects.get()
    ana.post(f"{facts}{line.public_id}/terminar/", {"reason": f"{mark} motivo"})
    ana.post(reverse("portal:diagnoses"), {"search": mark})
    ana.post(f"{address}firmar/", {"version": "2"})
    ana.post(f"{address}adenda/", {**words, "text": f"{mark} texto", "number": "1",
                                   "shows_diagnoses": "on"})  # fmt: skip
    ana.post(reverse("portal:history", args=[visit.patient.public_id]), {"words": mark})
    ana.get(address)


def prescribe_everything(ana, visit, mark=MARK):
    """Looked at, issued, opened, printed, revoked, kept as a template."""
    address = reverse("portal:prescription_new", args=[visit.public_id])
    said = Content((Medicine(*[mark] * 3, "oral", "every", 24, 30, mark, mark),), mark)
    sent = typed(said)
    ana.post(address, {**sent, "act": "review"})
    ana.post(address, {**sent, "days": mark})
    one = ana.post(address, sent).url
    ana.get(one)
    ana.get(f"{one}pdf/")
    ana.post(f"{one}anular/", {"reason": mark})
    ana.post(reverse("portal:prescription_template_new"), {**sent, "name": mark, "act": "save"})


def test_nothing_clinical_is_in_the_database_to_read(frozen, as_, dr_chen, attended, alice, caplog,
                                                     mailoutbox):  # fmt: skip
    attended.reason = f"{MARK} motivo"
    attended.save()
    write_everything(as_(dr_chen.user), attended)
    prescribe_everything(as_(dr_chen.user), attended)
    as_(alice).get(reverse("records:consultation", args=[attended.public_id]))
    signed = Consultation.objects.signed().get()
    assert (signed.said.plan, signed.amendments.get().said.text) == (
        f"{MARK} otro", f"{MARK} texto",
    )  # fmt: skip
    row = Prescription.objects.get()
    assert (row.said.content.instructions, row.revocation.reason) == (MARK, MARK)
    assert PrescriptionTemplate.objects.get().said.name == MARK
    assert (Line.objects.count(), AttachedFile.objects.count()) == (2, 1)
    assert MARK.encode() in AttachedFile.objects.get().content
    assert found(MARK) == found(row.said.code) == []
    assert MARK not in caplog.text
    assert [mail for mail in mailoutbox if MARK in str(mail.message())] == []


def test_the_search_for_it_is_not_blind(alice):
    PatientFactory(account=alice, relationship="other", first_names=MARK)
    User.objects.filter(pk=alice.pk).update(
        last_names=base64.b64encode(f"1 {MARK} 2".encode()).decode()
    )
    assert found(MARK) == ["accounts_patient", "accounts_user"]
