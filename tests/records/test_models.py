"""Every named constraint of records, and what the database's triggers refuse."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.crypto import Unreadable, seal
from records.documents import Content
from records.enums import Act
from records.models import (
    AccessLog,
    Amendment,
    AttachedFile,
    Attachment,
    Consultation,
    DiagnosisCode,
    Line,
    Share,
)
from tests.breaches import Breach, check, refused_by
from tests.conftest import NOW
from tests.factories import AppointmentFactory, AttendedFactory, ConsultationFactory
from tests.records.world import ADDED, MARKED, amend, attach, note

pytestmark = pytest.mark.django_db
HOURS = count()
TEXT = {"content": "x", "content_digest": b"x" * 32}


def another_visit(world):
    return AttendedFactory(
        clinic=world.clinic, starts_at=NOW - timedelta(days=20, hours=next(HOURS))
    )


def author(world):
    return world.clinic.doctor.user


NEW = {**TEXT, "visit": another_visit, "author": author}
LINE = {**TEXT, "consultation": lambda w: w.signed, "author": author, "at": NOW}
ACCESS = {
    "patient": lambda w: w.signed.visit.patient, "reader": author, "role": "doctor", "act": "read",
    "consultation": lambda w: w.signed, "at": NOW,
}  # fmt: skip
PART = {**TEXT, "visit": lambda w: w.signed.visit, "author": author, "at": NOW}
SHARE = {
    "patient": lambda w: w.signed.visit.patient, "doctor": lambda w: w.clinic.doctor,
    "by": lambda w: w.signed.visit.patient.account, "created_at": NOW,
    "expires_at": NOW + timedelta(days=1),
}  # fmt: skip
BREACHES = {
    "consultation_once_per_visit": Breach(Consultation, {**NEW, "visit": lambda w: w.signed.visit}),
    "consultation_version_from_1": Breach(Consultation, {**NEW, "version": 0}),
    "consultation_signed_as_saved": Breach(
        Consultation, {**NEW, "saved_at": NOW, "signed_at": NOW - timedelta(seconds=1)}
    ),
    "amendment_numbered": Breach(Amendment, {**LINE, "number": 1}),
    "amendment_number_from_1": Breach(Amendment, {**LINE, "number": 0}),
    "line_ends_once": Breach(Line, {**PART, "ends": lambda w: w.ended}),
    "share_expires": Breach(Share, {**SHARE, "expires_at": NOW + timedelta(days=367)}),
    "share_revoked_after_it_began": Breach(
        Share, {**SHARE, "revoked_at": NOW - timedelta(seconds=1)}
    ),
    "diagnosiscode_shaped": Breach(DiagnosisCode, {"code": "I1", "title": "x"}),
    "accesslog_act_known": Breach(AccessLog, {**ACCESS, "act": "looked"}),
    "accesslog_role_known": Breach(AccessLog, {**ACCESS, "role": "cousin"}),
    "accesslog_names_its_record": Breach(AccessLog, {**ACCESS, "consultation": None}),
}


class World:
    """A signed record with an addendum, and a draft."""

    def __init__(self, signed, clinic):
        self.signed, self.clinic = signed, clinic
        self.added = amend(signed)
        self.ended = note(signed.visit)
        note(signed.visit, "", "ya no", ends=self.ended)
        self.draft = ConsultationFactory(visit=another_visit(self), signed_at=None)


@pytest.fixture
def world(signed, clinic):
    return World(signed, clinic)


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(world, name):
    check(name, BREACHES[name], world)


def sql(words, *values):
    """The constraint that a statement breaks, or None."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words, values)
    except DatabaseError as error:
        return error.__cause__.diag.constraint_name
    return None


@pytest.mark.parametrize("change", [
    "content_sealed = 'x'", "content_sealed = ''", "content_digest = 'x'", "signed_at = NULL",
    "signed_at = now()", "version = version + 1", "shows_diagnoses = NOT shows_diagnoses",
    "saved_at = created_at", "author_id = author_id + 1", "public_id = gen_random_uuid()",
    "visit_id = visit_id + 1", "version = version", "created_at = now()",
])  # fmt: skip
def test_a_signed_record_cannot_be_changed_in_sql(world, change):
    where = "WHERE signed_at IS NOT NULL"
    assert sql(f"UPDATE records_consultation SET {change} {where}") == "consultation_signed_stays"
    assert Consultation.objects.get(pk=world.signed.pk).said == MARKED


@pytest.mark.parametrize("table", ["consultation", "amendment"])
def test_nothing_is_deleted_in_sql(world, table):
    for row in (1, 2):
        where = f"id = (SELECT min(id) + {row - 1} FROM records_{table})"
        if row == 1 or table == "consultation":
            assert sql(f"DELETE FROM records_{table} WHERE {where}") == "records_only_grow"
    assert sql("DELETE FROM records_accesslog") == "accesslog_only_grows"
    assert sql("UPDATE records_accesslog SET at = at") == "accesslog_only_grows"
    assert sql("UPDATE records_amendment SET number = 9") == "records_only_grow"
    assert sql("UPDATE records_amendment SET content_sealed = 'x'") == "records_only_grow"
    assert (Consultation.objects.count(), Amendment.objects.count()) == (2, 1)
    assert [line.act for line in AccessLog.objects.order_by("pk")] == [
        Act.WRITTEN, Act.SIGNED,
    ]  # fmt: skip


def test_a_reseal_changes_the_key_and_nothing_else(world, settings):
    """Even a transaction that says it reseals cannot put anything else there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL doctobooking.resealing = 'on'")
        update = "UPDATE records_consultation SET {} WHERE signed_at IS NOT NULL"
        longer = "content_sealed || 'x'"
        for change in (f"content_sealed = {longer}", "content_sealed = ''", "content_digest = 'x'",
                       "content_sealed = overlay(content_sealed PLACING 'zz' FROM 20)",
                       "version = 7"):  # fmt: skip
            assert sql(update.format(change)) == "consultation_signed_stays"


def test_a_text_put_in_its_place_is_found_out(world):
    """With the key and the switch of the rotation: the digest, which stays, tells."""
    forged = Consultation(public_id=world.signed.public_id)
    forged.write({**MARKED.document, "plan": "x" * len(MARKED.plan)})
    row = Consultation.objects.get(pk=world.signed.pk)
    row.content_sealed = forged.content_sealed
    with pytest.raises(Unreadable):
        row.read()


def test_a_sealed_text_opens_in_its_row_only(world):
    first, other = Consultation.objects.order_by("pk")
    first.content_sealed, first.content_digest = other.content_sealed, other.content_digest
    with pytest.raises(Unreadable):
        first.read()
    first.content_sealed = seal("{}", context="records.consultation.other:1")
    with pytest.raises(Unreadable):
        first.read()


def test_a_draft_stays_of_its_visit_and_counts_its_texts(world):
    where = f"WHERE id = {world.draft.pk}"
    change = f"UPDATE records_consultation SET {{}} {where}"
    assert sql(change.format("visit_id = visit_id + 1")) == "consultation_stays_of_its_visit"
    assert sql(change.format("author_id = author_id + 1")) == "consultation_stays_of_its_visit"
    assert sql(change.format("version = 5")) == "consultation_version_grows"
    assert sql(change.format("content_digest = 'x'")) == "consultation_version_grows"
    assert sql(change.format("version = 2, content_digest = 'x'")) is None


def test_only_the_doctor_of_a_visit_that_takes_place_writes(world, dr_diaz):
    made = {**TEXT, "author": world.clinic.doctor.user}
    row = Consultation(**{**made, "author": dr_diaz.user}, visit=another_visit(world))
    assert refused_by(row) == "consultation_by_its_doctor"
    missed = AttendedFactory(clinic=world.clinic, status="no_show", starts_at=NOW.replace(day=2))
    assert refused_by(Consultation(**made, visit=missed)) == "consultation_by_its_doctor"
    asked = AppointmentFactory(clinic=world.clinic, status="requested")
    assert refused_by(Consultation(**made, visit=asked)) == "consultation_by_its_doctor"


def test_addenda_are_of_signed_records_by_their_author(world, dr_diaz):
    line = {**TEXT, "number": 2, "at": NOW}
    by = world.clinic.doctor.user
    for row in (Amendment(**line, consultation=world.draft, author=by),
                Amendment(**line, consultation=world.signed, author=dr_diaz.user)):  # fmt: skip
        assert refused_by(row) == "amendment_of_signed_record"


def test_what_is_sealed_is_not_in_the_row(world):
    with connection.cursor() as cursor:
        for table in ("consultation", "amendment"):
            cursor.execute(f"SELECT content_sealed || content_digest FROM records_{table}")
            for (held,) in cursor.fetchall():
                assert b"CLINICO7Q" not in bytes(held)
    assert Amendment.objects.get().said == ADDED
    assert Consultation.objects.get(pk=world.draft.pk).said == Content(
        reason="Control", assessment="Sin novedad", instructions="Caminar a diario"
    )


def test_parts_only_grow_in_sql(world):
    """Lines, documents of what is signed, permissions: even by hand."""
    patient = world.signed.visit.patient
    Share.objects.create(patient=patient, doctor=world.clinic.doctor, by=patient.account,
                         created_at=NOW, expires_at=NOW + timedelta(days=1))  # fmt: skip
    attach(world.signed)
    for table in ("line", "attachment", "attachedfile"):
        assert sql(f"DELETE FROM records_{table}") == "records_only_grow"
        assert sql(f"UPDATE records_{table} SET content_sealed = 'x'") == "records_only_grow"
    assert sql("UPDATE records_attachment SET is_for_patient = true") == "records_only_grow"
    assert sql("UPDATE records_line SET ends_id = NULL") == "records_only_grow"
    assert sql("DELETE FROM records_share") == "share_only_ends"
    assert sql("UPDATE records_share SET expires_at = now()") == "share_only_ends"
    assert sql("UPDATE records_share SET revoked_at = created_at") is None
    assert sql("UPDATE records_share SET revoked_at = NULL") == "share_only_ends"


def test_a_drafts_documents_may_go(world):
    attach(world.draft)
    assert sql("DELETE FROM records_attachedfile") is None
    assert sql("DELETE FROM records_attachment") is None
    assert (Attachment.objects.count(), AttachedFile.objects.count()) == (0, 0)


def test_parts_are_of_their_doctor_and_patient(world, dr_diaz, bob):
    other, visit = dr_diaz.user, world.signed.visit
    assert refused_by(Line(**TEXT, visit=visit, author=other, at=NOW)) == "line_by_its_doctor"
    fresh = Line(**TEXT, visit=another_visit(world), author=author(world), at=NOW)
    fresh.ends = note(visit, text="otra")
    assert refused_by(fresh) == "line_ends_its_own"  # of another patient
    file = Attachment(**TEXT, consultation=world.signed, author=other, at=NOW)
    assert refused_by(file) == "attachment_by_its_author"
    share = Share(patient=visit.patient, doctor=dr_diaz, by=bob, created_at=NOW,
                  expires_at=NOW + timedelta(days=1))  # fmt: skip
    assert refused_by(share) == "share_by_the_patient"


def test_a_visit_with_a_record_is_not_deleted(world):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM appointments_appointment WHERE id = %s",
                       [world.signed.visit_id])  # fmt: skip
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
