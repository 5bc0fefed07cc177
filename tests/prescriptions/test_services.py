"""Issued, read, revoked: what changes, who is told, what is logged."""

import uuid
from datetime import date, timedelta

import pytest

from core.models import Event
from notifications.models import Message
from notifications.services.planning import plan_messages
from prescriptions.checking import Answer, check_code
from prescriptions.documents import Content, Named
from prescriptions.enums import State
from prescriptions.models import Prescription, PrescriptionTemplate, Revocation
from prescriptions.refusals import (
    AlreadyRevoked,
    LicenceRefused,
    NoLicence,
    NotPrescribable,
    TooManyTemplates,
)
from prescriptions.services import templates
from prescriptions.services.issuing import Order, issue_prescription
from prescriptions.services.revoking import revoke_prescription
from prescriptions.services.templates import save_template, templates_of
from records.models import AccessLog
from tests.factories import AppointmentFactory, AttendedFactory, ConsultationFactory
from tests.prescriptions.world import MARKED, TODAY, prescribe, revoke

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return Order(uuid.uuid4(), MARKED, days=30, repeats=2)


def lines():
    return [(row.act, row.role, row.consultation) for row in AccessLog.objects.order_by("pk")]


def test_issued(attended, order, look, now):
    made = issue_prescription(visit=attended, order=order, look=look)
    row = Prescription.objects.get()
    said = row.said
    assert (row.pk, row.author, row.visit, row.licence) == (
        made.pk, look.reader, attended, "1234-5678",
    )  # fmt: skip
    assert (row.issued_at, row.issued_on, row.valid_until, row.repeats) == (
        now, TODAY, date(2026, 12, 22), 2,
    )  # fmt: skip
    assert (said.content, said.heading.patient, said.heading.licence) == (
        MARKED, "Alicia Vera", "1234-5678",
    )  # fmt: skip
    event = Event.objects.get()
    assert (event.name, event.subject_id, event.actor, event.data) == (
        "prescription.issued", row.public_id, look.reader, {"visit": attended.pk},
    )  # fmt: skip
    assert lines() == [("prescribed", "doctor", None)]


def test_the_same_form_again_issues_none(attended, order, look):
    first = issue_prescription(visit=attended, order=order, look=look)
    assert issue_prescription(visit=attended, order=order, look=look) == first
    assert (Prescription.objects.count(), Event.objects.count(), len(lines())) == (1, 1, 1)


def test_the_line_names_the_record_where_there_is_one(attended, order, look):
    record = ConsultationFactory(visit=attended)
    issue_prescription(visit=attended, order=order, look=look)
    assert lines() == [("prescribed", "doctor", record)]


def test_only_of_visits_that_may_be_recorded(clinic, alice, order, look):
    patient = alice.patients.get()
    for visit in (
        AppointmentFactory(clinic=clinic, patient=patient),
        AttendedFactory(clinic=clinic, patient=patient, status="no_show"),
    ):
        with pytest.raises(NotPrescribable):
            issue_prescription(visit=visit, order=order, look=look)
    assert not Prescription.objects.exists()


def test_a_visit_that_was_corrected_meanwhile(attended, order, look):
    type(attended).objects.filter(pk=attended.pk).update(status="no_show")
    with pytest.raises(NotPrescribable):
        issue_prescription(visit=attended, order=order, look=look)


def test_a_licence_is_needed(attended, order, look, dr_chen, now):
    dr_chen.licence_refused_at, dr_chen.licence_refusal = now, "No existe"
    dr_chen.save()
    with pytest.raises(LicenceRefused):
        issue_prescription(visit=attended, order=order, look=look)
    dr_chen.licence_number, dr_chen.licence_refused_at, dr_chen.licence_refusal = "", None, ""
    dr_chen.save()
    with pytest.raises(NoLicence):
        issue_prescription(visit=attended, order=order, look=look)
    assert not Prescription.objects.exists()


def test_what_was_issued_does_not_follow_the_profile(attended, order, look, dr_chen, now):
    made = issue_prescription(visit=attended, order=order, look=look)
    dr_chen.licence_number, dr_chen.first_names = "9999", "Otra"
    dr_chen.save()
    row = Prescription.objects.get()
    assert (row.said.heading.doctor, row.said.heading.licence) == ("Dra. Ana Molina Paz",
                                                                  "1234-5678")  # fmt: skip
    answer = check_code(made.said.code, now=now)
    assert answer == Answer(State.VALID, TODAY, date(2026, 12, 22), "1234-5678", "Ecuador")


def test_revoked(attended, look, now):
    row = prescribe(attended)
    made = revoke_prescription(prescription=row, reason="Dosis equivocada", look=look)
    assert revoke_prescription(prescription=row, reason="Dosis equivocada", look=look) == made
    with pytest.raises(AlreadyRevoked):
        revoke_prescription(prescription=row, reason="Otra", look=look)
    stored = Revocation.objects.get()
    assert (stored.reason, stored.author, stored.at) == ("Dosis equivocada", look.reader, now)
    event = Event.objects.get()
    assert (event.name, event.subject_id, event.data) == (
        "prescription.revoked", row.public_id, {"visit": attended.pk},
    )  # fmt: skip
    assert lines() == [("rx_revoked", "doctor", None)]
    assert check_code(row.said.code, now=now).state == State.REVOKED


def test_it_expires_at_the_end_of_its_day_in_its_consultorio(attended, now):
    row = prescribe(attended, valid_until=TODAY)
    midnight = now.replace(hour=5, day=24)  # 0:00 in Quito
    states = [check_code(row.said.code, now=midnight + timedelta(seconds=s)).state for s in (-1, 0)]
    assert states == [State.VALID, State.EXPIRED]
    revoke(row)
    assert check_code(row.said.code, now=midnight).state == State.REVOKED


def test_codes_that_nobody_was_given(attended, now):
    prescribe(attended)
    for typed in ("ABCD-EFGH-JKMN", "x", "", "\0", "' OR 1=1 --", "x" * 5000):
        assert check_code(typed, now=now) is None


@pytest.mark.parametrize("code", ["there", "ABCD-EFGH-JKMN", "no code", "x" * 40])
def test_a_check_is_one_question_whatever_is_asked(attended, now, code,
                                                   django_assert_num_queries):  # fmt: skip
    row = prescribe(attended)
    with django_assert_num_queries(1):
        check_code(row.said.code if code == "there" else code, now=now)


def test_the_patient_is_told_without_a_word_of_it(attended, order, look, now):
    made = issue_prescription(visit=attended, order=order, look=look)
    revoke_prescription(prescription=made, reason="Otra", look=look)
    plan_messages(now=now)
    told = Message.objects.filter(channel="email").order_by("pk")
    assert [(m.kind, m.recipient.email, m.visit) for m in told] == [
        ("prescription", "alice@ejemplo.test", attended),
        ("rx_revoked", "alice@ejemplo.test", attended),
    ]  # fmt: skip


def test_templates(dr_chen, dr_diaz, now, monkeypatch):
    said = Named("Zeta", MARKED)
    made = save_template(doctor=dr_chen, said=said, now=now)
    assert save_template(doctor=dr_chen, said=said, now=now) == made
    save_template(doctor=dr_chen, said=Named("alfa", MARKED), now=now)
    save_template(doctor=dr_diaz, said=said, now=now)
    assert [one.said.name for one in templates_of(dr_chen)] == ["alfa", "Zeta"]
    changed = Named("beta", Content())
    save_template(doctor=dr_chen, said=changed, now=now, template=made)
    assert PrescriptionTemplate.objects.get(pk=made.pk).said == changed
    monkeypatch.setattr(templates, "MOST_TEMPLATES", 2)
    with pytest.raises(TooManyTemplates):
        save_template(doctor=dr_chen, said=said, now=now)
