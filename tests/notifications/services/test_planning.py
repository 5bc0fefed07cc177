"""From the outbox to the ledger: one row for each event, recipient, channel and kind."""

import uuid
from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.db import transaction

from appointments.enums import Status
from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from core.events import record
from core.models import Event, StoredMail
from notifications.enums import Audience, Channel, Kind, State
from notifications.models import Message
from notifications.services import planning
from notifications.services.planning import plan_messages
from tests.appointments.crowd import at_once
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = pytest.mark.django_db
BROKEN = {"change": 0}


def event(name="appointment.booked", data=BROKEN, now=None, visit=None):
    with transaction.atomic():
        return record(
            name,
            subject_id=visit.public_id if visit else uuid.uuid4(),
            actor=None,
            at=now,
            data=data,
        )


def ledger():
    return list(Message.objects.order_by("pk").values_list("kind", "audience", "address"))


def test_booking_tells_patient_and_doctor(visit, now, alice):
    assert plan_messages(now=now) == 1
    assert ledger() == [
        (Kind.BOOKED, Audience.PATIENT, "alice@ejemplo.test"),
        (Kind.BOOKED, Audience.DOCTOR, "chen@ejemplo.test"),
    ]
    message = Message.objects.first()
    assert (message.channel, message.state) == (Channel.EMAIL, State.PLANNED)
    assert (message.recipient, message.due_at, message.attempts) == (alice, now, 0)
    assert message.change == visit.changes.get()
    assert Event.objects.get().processed_at == now


def test_moving_and_cancelling_tell_both(planned, alice, slot, now):
    reschedule_appointment(
        appointment=planned, starts_at=slot + timedelta(hours=1), actor=alice, now=now
    )
    cancel_appointment(
        appointment=planned, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=now
    )
    assert plan_messages(now=now) == 2
    assert [(kind, audience) for kind, audience, _address in ledger()[2:]] == [
        (Kind.RESCHEDULED, Audience.PATIENT),
        (Kind.RESCHEDULED, Audience.DOCTOR),
        (Kind.CANCELLED, Audience.PATIENT),
        (Kind.CANCELLED, Audience.DOCTOR),
    ]


def test_planned_twice_is_planned_once(planned, now):
    assert plan_messages(now=now) == 0
    Event.objects.update(processed_at=None)  # as after a crash between the two writes
    assert plan_messages(now=now) == 1
    assert len(ledger()) == 2


def test_the_account_of_a_dependant_is_told(frozen, alice, clinic):
    child = PatientFactory(account=alice, relationship="child")
    visit = AppointmentFactory(clinic=clinic, patient=child)
    cancel_appointment(
        appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=frozen
    )
    plan_messages(now=frozen)
    assert ("cancelled", "patient", "alice@ejemplo.test") in ledger()


def test_a_doctor_who_is_the_patient_is_told_in_both_roles(frozen, dr_chen, clinic):
    visit = AppointmentFactory(clinic=clinic, patient=PatientFactory(account=dr_chen.user))
    cancel_appointment(
        appointment=visit, actor=dr_chen.user, status=Status.CANCELLED_BY_DOCTOR, now=frozen
    )
    plan_messages(now=frozen)
    assert [audience for _kind, audience, _address in ledger()] == ["patient", "doctor"]


def test_a_stored_mail_becomes_a_message(frozen, settings):
    settings.EMAIL_BACKEND = "core.mail.OutboxEmailBackend"
    send_mail("Código", "123456", None, ["alice@ejemplo.test"])
    plan_messages(now=frozen)
    message = Message.objects.get()
    assert (message.kind, message.address) == (Kind.ACCOUNT, "alice@ejemplo.test")
    assert (message.mail, message.recipient) == (StoredMail.objects.get(), None)


def test_an_event_that_nobody_waits_for_is_done(now, db):
    event("appointment.attended", now=now)
    assert plan_messages(now=now) == 1
    assert ledger() == []


def test_a_poisoned_event_waits_alone(now, visit, monkeypatch, caplog):
    """Also when there are more of them than a batch holds."""
    monkeypatch.setattr(planning, "BATCH", 2)
    poisoned = [event(now=now) for _ in range(3)]
    last = event(now=now, data={"change": visit.changes.get().pk}, visit=visit)
    assert plan_messages(now=now) == 2
    assert len(ledger()) == 4
    assert set(Event.objects.filter(processed_at=None)) == set(poisoned)
    assert "event not planned" in caplog.text
    assert last.messages.count() == 2


def test_a_mended_event_is_planned_late(now, visit):
    late = event(now=now)
    plan_messages(now=now)
    Event.objects.filter(pk=late.pk).update(data={"change": visit.changes.get().pk})
    assert plan_messages(now=now + timedelta(hours=1)) == 1
    assert late.messages.count() == 2


@pytest.mark.django_db(transaction=True)
def test_planned_by_many_at_once_is_planned_once(visit, now, monkeypatch):
    monkeypatch.setattr(planning, "BATCH", 3)
    change = visit.changes.get().pk
    for _ in range(20):
        event(now=now, data={"change": change}, visit=visit)
    at_once(*[lambda: plan_messages(now=now)] * 4)
    plan_messages(now=now)
    assert len(ledger()) == 42
    assert not Event.objects.filter(processed_at=None).exists()
