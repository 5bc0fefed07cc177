"""Support acts for who asked: by the product's services, with a reason that stays."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.roles import MODERATORS, SUPPORT, group_of
from appointments.enums import Status
from core.models import Event
from tests.conftest import NOW, SLOT
from tests.factories import AppointmentFactory, PatientFactory
from tests.test_hostile import VALUES, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
WHY = "Llamó por teléfono, ticket A7K2"
LATER = SLOT + timedelta(hours=1)
KEY = f"{LATER:%Y%m%dT%H%M%SZ}"


@pytest.fixture
def support(as_, erin):
    erin.groups.add(group_of(SUPPORT))
    return as_(erin)


@pytest.fixture
def visit(clinic, alice):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=SLOT)


def page_of(visit):
    return reverse("admin:appointments_appointment_help", args=[visit.pk])


def ask(browser, visit, wish="cancel", asker="patient", **more):
    return browser.post(page_of(visit), {"wish": wish, "asker": asker, "reason": WHY, **more})


def reasons():
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


def state(visit):
    visit.refresh_from_db()
    return visit.status, visit.starts_at


@pytest.mark.parametrize(
    ("asker", "status"),
    [("patient", Status.CANCELLED_BY_PATIENT), ("doctor", Status.CANCELLED_BY_DOCTOR)],
)
def test_a_visit_is_cancelled_for_who_asked(frozen, support, visit, erin, asker, status):
    assert ask(support, visit, asker=asker).status_code == 302
    assert state(visit) == (status, SLOT)
    change = visit.changes.get()
    assert (change.actor, change.by_desk) == (erin, asker == "doctor")
    assert Event.objects.filter(subject_id=visit.public_id).count() == 1
    assert len(reasons()) == 1
    assert WHY in reasons()[0]


@pytest.mark.parametrize("asker", ["patient", "doctor"])
def test_a_visit_is_moved_for_who_asked(frozen, support, visit, erin, asker):
    assert KEY in support.get(page_of(visit)).content.decode()
    assert ask(support, visit, KEY, asker).status_code == 302
    assert state(visit) == (Status.BOOKED, LATER)
    assert visit.changes.get().actor == erin
    # Sent again, the time is no longer offered: nothing happens twice.
    assert ask(support, visit, KEY, asker).status_code == 422
    assert (visit.changes.count(), len(reasons())) == (1, 1)


def test_a_time_that_was_taken_meanwhile_is_refused(frozen, support, visit, clinic, bob):
    AppointmentFactory(clinic=clinic, patient=bob.patients.get(), starts_at=LATER)
    answer = ask(support, visit, KEY)
    assert (answer.status_code, WHY in answer.content.decode()) == (422, True)
    assert (state(visit), reasons()) == ((Status.BOOKED, SLOT), [])


def test_a_fee_is_said_before_it_is_owed(frozen, support, clinic, alice):
    soon = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=NOW + timedelta(hours=1),
        cancellation_notice_minutes=1440, late_cancellation_fee="15.00",
    )  # fmt: skip
    html = support.get(page_of(soon)).content.decode()
    assert "Si lo pide el paciente, cancelar ahora cuesta" in html
    assert ask(support, soon).status_code == 422
    assert state(soon)[0] == Status.BOOKED
    assert ask(support, soon, cargo="15.00").status_code == 302
    assert state(soon)[0] == Status.CANCELLED_BY_PATIENT


@pytest.mark.parametrize("reason", ["", "corto", "x" * 201])
def test_it_needs_a_reason(frozen, support, visit, reason):
    assert ask(support, visit, reason=reason).status_code == 422
    assert state(visit) == (Status.BOOKED, SLOT)


def test_what_is_over_is_left_alone(frozen, support, visit):
    ask(support, visit)
    assert ask(support, visit, asker="doctor").status_code in (302, 422)
    assert state(visit)[0] == Status.CANCELLED_BY_PATIENT
    assert support.get(page_of(visit)).status_code == 302


def test_who_may_not_cannot(frozen, as_, erin, visit, alice, dr_chen):
    erin.groups.add(group_of(MODERATORS))
    assert ask(as_(erin), visit).status_code in (302, 403, 404)
    for user in (alice, dr_chen.user):
        assert ask(as_(user), visit).status_code == 404
    assert state(visit) == (Status.BOOKED, SLOT)


@pytest.mark.parametrize("word", VALUES)
def test_bad_input_is_a_sentence(frozen, support, erin, visit, alice, word):
    value, support = VALUES[word], Client()
    support.force_login(erin)
    patient = reverse("admin:accounts_patient_contact", args=[alice.patients.get().pk])
    before = alice.patients.get().phone
    support.raise_request_exception = False
    for path, names in ((page_of(visit), ("wish", "asker", "cargo")), (patient, ("phone",))):
        for name in names:
            answer = support.post(path, {**dict.fromkeys(names, "x"), "reason": "x", name: value})
            show(answer)
            assert answer.status_code == 422, (path, name)
    assert state(visit) == (Status.BOOKED, SLOT)
    assert alice.patients.get().phone == before


# How people are reached -------------------------------------------------------------------------


def contact(browser, patient, **said):
    page = reverse("admin:accounts_patient_contact", args=[patient.pk])
    return browser.post(page, {"reason": WHY, **said})


def test_phone_of_an_account_is_mended_and_told(frozen, support, as_, alice, erin):
    patient = alice.patients.get()
    email = patient.email
    answer = contact(support, patient, phone="+593 99 111 2233", email="otra@ejemplo.test")
    assert answer.status_code == 302
    patient.refresh_from_db()
    assert (str(patient.phone), patient.email) == ("+593991112233", email)
    entry = AuditEntry.objects.get(person=alice, act="corrected")
    assert (entry.actor, entry.what) == (erin, WHY)
    assert WHY in reasons()[0]
    html = as_(alice).get(reverse("accounts:activity")).content.decode()
    assert "Soporte corrigió un nombre, celular o correo" in html


def test_address_of_who_has_no_account_is_mended(frozen, support, dr_chen):
    guest = PatientFactory(account=None, email="mal@ejemplo.test", phone="")
    assert contact(support, guest, phone="", email="bien@ejemplo.test").status_code == 302
    guest.refresh_from_db()
    assert guest.email == "bien@ejemplo.test"
    empty = contact(support, guest, phone="", email="")
    assert (empty.status_code, "Escriba un celular o un correo" in empty.content.decode()) == (
        422, True,
    )  # fmt: skip


def test_contact_is_mended_by_support_only(frozen, as_, erin, alice):
    patient = alice.patients.get()
    before = patient.phone
    erin.groups.add(group_of(MODERATORS))
    assert contact(as_(erin), patient, phone="+593991112233").status_code in (302, 403, 404)
    assert contact(as_(alice), patient, phone="+593991112233").status_code == 404
    patient.refresh_from_db()
    assert patient.phone == before
