"""manage.py rotate_clinical_key: each sealed text gets the newest key, none is lost."""

import base64
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from core.crypto import Unreadable, newest_mark
from core.resealing import reseal, sealed_columns
from records.documents import Amended, Content
from records.enums import Role
from records.models import Amendment, AttachedFile, Consultation, Line
from records.services.accesses import Look
from records.services.reading import open_consultation
from records.services.writing import save_draft
from tests.conftest import NOW
from tests.factories import AttendedFactory, ConsultationFactory
from tests.records.world import ADDED, MARKED, PDF, amend, attach, note

OLD, NEW = (f"{name}:{base64.b64encode(sign * 32).decode()}" for name, sign in
            (("old", b"o"), ("newest", b"n")))  # fmt: skip
WRONG = f"old:{base64.b64encode(b'w' * 32).decode()}"


def run(*words):
    out = StringIO()
    call_command("rotate_clinical_key", *words, stdout=out)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines())


@pytest.fixture
def written(db, settings, clinic, alice):
    """A signed record with an addendum, a draft and a reason, under the old key."""
    settings.CLINICAL_KEYS = [OLD]
    patient = alice.patients.get()
    visit = AttendedFactory(clinic=clinic, patient=patient)
    visit.reason = "Me duele"
    visit.save()
    signed = ConsultationFactory(visit=visit, said=MARKED)
    amend(signed)
    begun = AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW.replace(day=2))
    ConsultationFactory(visit=begun, said=MARKED, signed_at=None)
    return signed


def texts():
    return [(c.said, [a.said for a in c.amendments.all()], c.visit.reason, c.version, c.signed_at)
            for c in Consultation.objects.order_by("pk")]  # fmt: skip


def test_every_sealed_column_is_found():
    assert sorted(map(str, sealed_columns())) == [
        "appointments.Appointment.reason", "appointments.AppointmentChange.message",
        "appointments.AppointmentChange.note", "appointments.BookingDraft.reason",
        "appointments.ExternalCalendar.address", "mfa.Authenticator.data",
        "prescriptions.Prescription.content",
        "prescriptions.PrescriptionTemplate.content", "prescriptions.Revocation.content",
        "privacy.Custody.custodian", "privacy.Custody.reason", "privacy.DataExport.content",
        "records.Amendment.content", "records.AttachedFile.content", "records.Attachment.content",
        "records.Consultation.content", "records.KeptIdentity.content", "records.Line.content",
        "reviews.ReviewAppeal.text", "reviews.ReviewDecision.note", "support.Ticket.remark",
        "support.Ticket.subject", "support.TicketFile.content", "support.TicketFile.name",
        "support.TicketMessage.sender", "support.TicketMessage.text",
    ]  # fmt: skip


def test_the_key_changes_and_nothing_else(written, settings):
    before = texts()
    settings.CLINICAL_KEYS = [NEW, OLD]
    said = run()
    assert said["records.Consultation.content"] == "2 resealed, 0 unreadable, 0 under older keys"
    assert said["records.Amendment.content"] == "1 resealed, 0 unreadable, 0 under older keys"
    assert said["appointments.Appointment.reason"].startswith("1 resealed")
    settings.CLINICAL_KEYS = [NEW]
    assert texts() == before
    assert run("--check")["records.Consultation.content"].startswith("2 readable, 0 unreadable")
    # Again: there is nothing to do.
    assert run()["records.Consultation.content"].startswith("0 resealed")


def test_background_and_documents_get_it_too(written, settings):
    note(written.visit)
    files = [attach(written, content=PDF + b" " * n) for n in range(6)]
    settings.CLINICAL_KEYS = [NEW, OLD]
    said = run()
    for name, n in (("Line", 1), ("Attachment", 6), ("AttachedFile", 6)):
        assert said[f"records.{name}.content"].startswith(f"{n} resealed, 0 unreadable")
    settings.CLINICAL_KEYS = [NEW]
    assert Line.objects.get().said.sort == "allergy"
    held = [AttachedFile.objects.get(attachment=file).content for file in files]
    assert held == [PDF + b" " * n for n in range(6)]


def test_with_a_wrong_key_nothing_is_read_or_changed(written, settings):
    held = list(Consultation.objects.values_list("content_sealed", flat=True))
    settings.CLINICAL_KEYS = [NEW, WRONG]
    for words in ((), ("--check",)):
        with pytest.raises(CommandError, match="4 texts cannot be read"):
            run(*words)
    assert list(map(bytes, Consultation.objects.values_list("content_sealed", flat=True))) == list(
        map(bytes, held)
    )
    with pytest.raises(Unreadable):
        Consultation.objects.first().read()
    settings.CLINICAL_KEYS = [NEW, OLD]
    run()
    assert texts()[0][0] == MARKED


def test_one_unreadable_text_does_not_keep_the_others(written, settings):
    draft = Consultation.objects.get(signed_at=None)
    Consultation.objects.filter(pk=draft.pk).update(content_sealed=written.content_sealed)
    settings.CLINICAL_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="1 texts cannot be read"):
        run()
    assert Consultation.objects.get(pk=written.pk).said == MARKED
    held = Consultation.objects.get(pk=draft.pk).content_sealed
    assert bytes(held) == bytes(written.content_sealed)


def test_a_page_with_a_wrong_key_shows_nothing(written, settings, as_, dr_chen, alice):
    settings.CLINICAL_KEYS = [WRONG]
    look = Look(dr_chen.user, Role.DOCTOR, NOW)
    with pytest.raises(Unreadable):
        open_consultation(visit=written.visit, look=look).said.plan  # noqa: B018


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_notes_while_somebody_writes(settings, clinic, alice):
    settings.CLINICAL_KEYS = [OLD]
    patient = alice.patients.get()
    signed = ConsultationFactory(visit=AttendedFactory(clinic=clinic, patient=patient))
    rows = []
    for n in range(1, 10_001):
        row = Amendment(consultation=signed, number=n, author=signed.author, at=NOW)
        row.write(Amended(f"NOTA-{n}").document)
        rows.append(row)
    Amendment.objects.bulk_create(rows, batch_size=1000)
    begun = AttendedFactory(clinic=clinic, patient=patient, starts_at=NOW.replace(day=2))
    ConsultationFactory(visit=begun, said=MARKED, signed_at=None)
    settings.CLINICAL_KEYS = [NEW, OLD]
    saved, stop = [1], threading.Event()

    def write():
        look = Look(User.objects.get(pk=signed.author_id), Role.DOCTOR, NOW)
        while not stop.is_set():
            said = Content(plan=f"Vez {saved[0]}")
            kept = save_draft(visit=begun, said=said, shows_diagnoses=False, version=saved[0],
                              look=look)  # fmt: skip
            saved[0] = kept.version
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        tallies = {str(column): reseal(column) for column in sealed_columns()}
    finally:
        stop.set()
        writer.join()
    assert (tallies["records.Amendment.content"].done, saved[0] > 2) == (10_000, True)
    settings.CLINICAL_KEYS = [NEW]
    assert [row.said.text for row in Amendment.objects.order_by("number")] == [
        f"NOTA-{n}" for n in range(1, 10_001)
    ]
    last = Consultation.objects.get(signed_at=None)
    assert (last.version, last.said.plan) == (saved[0], f"Vez {saved[0] - 1}")
    starts = Amendment.objects.values_list("content_sealed", flat=True)
    assert {bytes(sealed)[: len(newest_mark())] for sealed in starts} == {newest_mark()}
    assert Amendment.objects.exclude(content_digest=b"").count() == 10_000
    assert ADDED.text not in str(tallies)
