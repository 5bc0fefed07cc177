"""From the outbox to the ledger: one row for each event, recipient, channel and kind."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.mail import send_mail
from django.db import transaction

from appointments.enums import ChangeKind, Status
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.requests import accept_request
from appointments.services.rescheduling import reschedule_appointment
from appointments.services.timeline import record_change
from core.events import record
from core.models import Event, StoredMail
from notifications.enums import Audience, Channel, Kind, State, Why
from notifications.models import Message, Preferences
from notifications.services import planning
from notifications.services.planning import plan_messages, plan_missing
from tests.appointments.crowd import at_once
from tests.appointments.wishes import wish_of
from tests.factories import (
    AppointmentFactory,
    AssistantFactory,
    ClinicFactory,
    PatientFactory,
)

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


def ledger(kind=None):
    """What leaves our own pages, in the order of planning."""
    rows = Message.objects.exclude(channel=Channel.INBOX).order_by("pk")
    rows = rows.filter(kind=kind) if kind else rows.filter(change__isnull=False)
    return list(rows.values_list("kind", "audience", "address"))


def due(kind, **of):
    return Message.objects.get(kind=kind, channel=Channel.EMAIL, **of).due_at


def states(kind):
    rows = Message.objects.filter(kind=kind, channel=Channel.EMAIL).order_by("pk")
    return list(rows.values_list("version", "state", "why"))


def test_booking_tells_patient_and_doctor(visit, now, alice):
    assert plan_messages(now=now) == 1
    assert ledger() == [
        (Kind.BOOKED, Audience.PATIENT, "alice@ejemplo.test"),
        (Kind.BOOKED, Audience.DOCTOR, "chen@ejemplo.test"),
    ]
    message = Message.objects.filter(channel=Channel.EMAIL).order_by("pk").first()
    assert (message.visit, message.version, message.state) == (visit, 0, State.PLANNED)
    assert (message.recipient, message.due_at, message.attempts) == (alice, now, 0)
    assert message.change == visit.changes.get()
    assert Event.objects.get().processed_at == now


def test_on_our_own_pages_it_has_arrived_at_once(visit, now, alice, dr_chen):
    plan_messages(now=now)
    arrived = Message.objects.filter(channel=Channel.INBOX, state=State.SENT)
    assert {m.recipient for m in arrived} == {alice, dr_chen.user}
    assert {m.sent_at for m in arrived} == {now}


def test_a_visit_gets_the_reminders_that_are_still_ahead(visit, now, slot):
    """Booked on Monday for Tuesday 10:00: the week before is over."""
    plan_messages(now=now)
    kinds = [Kind.REMINDER_DAY, Kind.REMINDER_HOURS]
    planned = Message.objects.filter(kind__startswith="reminder", channel=Channel.EMAIL)
    assert sorted(m.kind for m in planned) == sorted(kinds)
    assert due(Kind.REMINDER_DAY) == slot - timedelta(days=1)
    assert due(Kind.REMINDER_HOURS) == slot - timedelta(hours=2)


def test_a_visit_gets_its_doctor_a_digest_once_a_day(visit, now, bob, clinic, slot):
    book_appointment(request=wish_of(bob, clinic, slot + timedelta(hours=1)), now=now)
    plan_messages(now=now)
    digest = Message.objects.get(kind=Kind.DIGEST, channel=Channel.EMAIL)
    assert (digest.doctor, digest.recipient) == (clinic.doctor, clinic.doctor.user)
    assert digest.day == date(2026, 11, 24)
    assert digest.due_at == datetime(2026, 11, 24, 13, tzinfo=UTC)  # 8:00 in Quito


def test_a_moved_visit_gets_new_reminders_and_loses_the_old(planned, alice, slot, now):
    later = slot + timedelta(days=14)
    reschedule_appointment(appointment=planned, starts_at=later, actor=alice, now=now)
    plan_messages(now=now)
    assert states(Kind.REMINDER_DAY) == [
        (0, State.SUPPRESSED, Why.MOVED),
        (1, State.PLANNED, ""),
    ]
    assert due(Kind.REMINDER_WEEK) == later - timedelta(days=7)


def test_a_cancelled_visit_loses_its_reminders(planned, alice, now):
    cancel_appointment(
        appointment=planned, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=now
    )
    plan_messages(now=now)
    assert states(Kind.REMINDER_DAY) == [(0, State.SUPPRESSED, Why.CANCELLED)]


def test_a_request_has_no_reminders_until_it_is_accepted(frozen, alice, clinic, dr_chen, slot):
    clinic.requires_confirmation = True
    clinic.save()
    visit = book_appointment(request=wish_of(alice, clinic, slot), now=frozen)
    plan_messages(now=frozen)
    assert states(Kind.REMINDER_DAY) == []
    accept_request(appointment=visit, actor=dr_chen.user, now=frozen)
    plan_messages(now=frozen)
    assert states(Kind.REMINDER_DAY) == [(1, State.PLANNED, "")]


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
    before = Message.objects.count()
    assert plan_messages(now=now) == 0
    Event.objects.update(processed_at=None)  # as after a crash between the two writes
    assert plan_messages(now=now) == 1
    assert Message.objects.count() == before


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


def test_reception_is_told_what_its_doctor_chose(visit, now, carla, alice, slot):
    carla.assistant_of.update(notices=["moved"])
    plan_messages(now=now)
    reschedule_appointment(
        appointment=visit, starts_at=slot + timedelta(hours=1), actor=alice, now=now
    )
    plan_messages(now=now)
    told = Message.objects.filter(audience=Audience.ASSISTANT, channel=Channel.EMAIL)
    assert [(m.kind, m.recipient) for m in told] == [(Kind.RESCHEDULED, carla)]


def test_reception_is_not_told_of_its_own_acts_nor_of_other_clinics(
    visit, now, carla, dr_chen, slot
):
    elsewhere = AssistantFactory(
        doctor=dr_chen, clinics=[ClinicFactory(doctor=dr_chen)], notices=["cancelled"]
    )
    carla.assistant_of.update(notices=["cancelled"])
    cancel_appointment(
        appointment=visit, actor=carla, status=Status.CANCELLED_BY_DOCTOR, now=now, by_desk=True
    )
    plan_messages(now=now)
    assert not Message.objects.filter(recipient__in=[carla, elsewhere.user]).exists()


def test_a_stored_mail_becomes_a_message(frozen, settings):
    settings.EMAIL_BACKEND = "core.mail.OutboxEmailBackend"
    send_mail("Código", "123456", None, ["alice@ejemplo.test"])
    plan_messages(now=frozen)
    message = Message.objects.get()
    assert (message.kind, message.address) == (Kind.ACCOUNT, "alice@ejemplo.test")
    assert (message.mail, message.recipient) == (StoredMail.objects.get(), None)


def attended(visit, at):
    visit.status = Status.ATTENDED
    visit.save()
    with transaction.atomic():
        record_change(visit, kind=ChangeKind.ATTENDED, actor=None, at=at, from_status="booked")


def test_who_attended_is_asked_two_hours_later(frozen, clinic, alice):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    attended(visit, visit.ends_at)
    plan_messages(now=frozen)
    assert due(Kind.FEEDBACK) == visit.ends_at + timedelta(hours=2)


def test_who_attended_in_the_evening_is_asked_in_the_morning(frozen, clinic, alice):
    starts_at = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)  # 19:30 in Quito
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=starts_at)
    attended(visit, visit.ends_at)
    plan_messages(now=frozen)
    assert due(Kind.FEEDBACK) == datetime(2026, 11, 26, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "kind", "address"),
    [
        ("prescription.issued", Kind.PRESCRIPTION, "alice@ejemplo.test"),
        ("prescription.revoked", Kind.RX_REVOKED, "alice@ejemplo.test"),
        ("review.published", Kind.OPINION, "chen@ejemplo.test"),
    ],
)
def test_papers_about_a_visit_are_told_of_one_by_one(frozen, clinic, alice, name, kind, address):
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    for _ in range(2):
        event(name, data={"visit": visit.pk}, now=frozen)
    plan_messages(now=frozen)
    assert [a for _kind, _audience, a in ledger(kind)] == [address, address]


def test_papers_are_told_of_one_by_one_by_sms_too(frozen, clinic, alice, settings):
    settings.PHONE_CHANNELS = ["sms"]
    Preferences.objects.create(account=alice, channels=["sms"])
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    for _ in range(2):
        event("prescription.issued", data={"visit": visit.pk}, now=frozen)
        plan_messages(now=frozen)
        Event.objects.update(processed_at=None)  # the first is planned twice, and stays one
    plan_messages(now=frozen)
    rows = Message.objects.filter(kind=Kind.PRESCRIPTION).order_by("channel", "copy")
    assert list(rows.values_list("channel", "copy")) == [
        ("inbox", 0), ("inbox", 1), ("sms", 0), ("sms", 1),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_papers_that_are_planned_at_once_are_told_of_one_by_one(frozen, clinic, alice, monkeypatch):
    monkeypatch.setattr(planning, "BATCH", 1)
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    for _ in range(8):
        event("prescription.issued", data={"visit": visit.pk}, now=frozen)
    at_once(*[lambda: plan_messages(now=frozen)] * 4)
    plan_messages(now=frozen)
    rows = Message.objects.filter(kind=Kind.PRESCRIPTION, channel=Channel.EMAIL)
    assert sorted(rows.values_list("copy", flat=True)) == list(range(8))


# Visits that nobody recorded -----------------------------------------------------


def test_missing_reminders_are_planned_once(frozen, clinic, alice):
    AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    assert plan_missing(now=frozen) == 1
    assert [version for version, _s, _w in states(Kind.REMINDER_DAY)] == [0]
    before = Message.objects.count()
    assert plan_missing(now=frozen) == 0
    assert Message.objects.count() == before


def test_nothing_is_missing_of_what_is_far_cancelled_or_over(frozen, clinic, alice):
    patient = alice.patients.get()
    for n, (days, status) in enumerate([(9, "booked"), (2, "cancelled_patient"), (-1, "booked")]):
        AppointmentFactory(
            clinic=clinic,
            patient=patient,
            starts_at=frozen + timedelta(days=days, hours=n),
            status=status,
            cancelled_at=frozen if status != "booked" else None,
        )
    assert plan_missing(now=frozen) == 0
    assert not Message.objects.exists()


def test_an_event_that_nobody_waits_for_is_done(now, db):
    event("absence.added", now=now)
    assert plan_messages(now=now) == 1
    assert not Message.objects.exists()


def booked(clinic, patient, now, days):
    """A visit with its line in the timeline, whose event is still to be written."""
    visit = AppointmentFactory(
        clinic=clinic, patient=patient, starts_at=now + timedelta(days=days, hours=2)
    )
    with transaction.atomic():
        record_change(visit, kind=ChangeKind.BOOKED, actor=None, at=now)
    Event.objects.filter(subject_id=visit.public_id).delete()
    return visit


def tell(visit, now):
    return event(now=now, data={"change": visit.changes.get().pk}, visit=visit)


def test_a_poisoned_event_waits_alone(now, visit, clinic, monkeypatch, caplog):
    """Also when there are more of them than a batch holds."""
    monkeypatch.setattr(planning, "BATCH", 2)
    poisoned = [event(now=now) for _ in range(3)]
    last = tell(booked(clinic, visit.patient, now, 3), now)
    assert plan_messages(now=now) == 2
    assert len(ledger()) == 4
    assert set(Event.objects.filter(processed_at=None)) == set(poisoned)
    assert "event not planned" in caplog.text
    assert last.messages.filter(channel=Channel.EMAIL).count() == 2


def test_a_mended_event_is_planned_late(now, clinic, alice):
    late = event(now=now)
    plan_messages(now=now)
    other = booked(clinic, alice.patients.get(), now, 3)
    Event.objects.filter(pk=late.pk).update(data={"change": other.changes.get().pk})
    assert plan_messages(now=now + timedelta(hours=1)) == 1
    assert late.messages.filter(channel=Channel.EMAIL).count() == 2


def test_two_events_of_one_change_are_one_message(planned, now):
    event(now=now, data={"change": planned.changes.get().pk}, visit=planned)
    assert plan_messages(now=now) == 1
    assert len(ledger()) == 2


@pytest.mark.django_db(transaction=True)
def test_planned_by_many_at_once_is_planned_once(visit, clinic, alice, now, monkeypatch):
    monkeypatch.setattr(planning, "BATCH", 3)
    for n in range(20):
        tell(booked(clinic, alice.patients.get(), now, 2 + n), now)
    at_once(*[lambda: plan_messages(now=now)] * 4)
    plan_messages(now=now)
    assert len(ledger()) == 42
    assert not Event.objects.filter(processed_at=None).exists()
