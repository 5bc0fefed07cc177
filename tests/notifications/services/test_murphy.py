"""What can go wrong between the moments: visits that change, workers that stop, people who go."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from accounts.models import Invitation, Patient
from appointments.enums import ChangeKind, Status
from appointments.models import AppointmentChange
from appointments.services.cancelling import cancel_appointment
from appointments.services.claiming import claim_patient
from appointments.services.rescheduling import reschedule_appointment
from core.events import record
from core.models import Event
from notifications.deciding import decide
from notifications.enums import Audience, Channel, Kind, State, Why
from notifications.models import Message, Preferences
from notifications.services import sending
from notifications.services.addresses import Refusals
from notifications.services.planning import plan_messages, plan_missing
from notifications.services.sending import Hand, claim, send_due, take
from notifications.services.transports import Transports
from tests.factories import (
    AppointmentFactory,
    AssistantFactory,
    InvitationFactory,
    MessageFactory,
    PatientFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ALICE = "alice@ejemplo.test"


def at(moment, call=send_due):
    with time_machine.travel(moment, tick=False):
        return call()


def reminder(visit, channel=Channel.EMAIL, **of):
    return Message.objects.get(visit=visit, kind=Kind.REMINDER_DAY, channel=channel, **of)


def decided(message, now):
    return decide(message, now=now, is_refused=lambda _channel, _address: False)


def hand_of(message, now):
    return Hand(Transports(), Refusals([message], now=now))


# Between deciding and handing over -------------------------------------------------


@pytest.mark.parametrize("act", ["cancelled", "moved"])
def test_a_visit_that_goes_between_the_decision_and_the_hand_over(planned, alice, slot, now, act):
    """The worker decided to send; the row is not taken, and the next claim says why."""
    due = slot - timedelta(days=1)
    message = next(m for m in claim(now=due) if m.kind == Kind.REMINDER_DAY and m.address == ALICE)
    decision = decided(message, due)
    if act == "cancelled":
        cancel_appointment(
            appointment=planned, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=due
        )
    else:
        later = slot + timedelta(days=3)
        reschedule_appointment(appointment=planned, starts_at=later, actor=alice, now=now)
    assert take(message, decision, hand_of(message, due), now=due) is False
    at(due)
    old = reminder(planned, version=0)
    assert (old.state, old.why, old.attempts) == (State.SUPPRESSED, Why(act), 0)


def test_a_lease_that_runs_out_in_the_middle_of_a_batch(planned, sink, now):
    """The slow worker has no say about what another has taken since, and sends none of it."""
    slow = claim(now=now)
    at(now + timedelta(seconds=31))
    for message in slow:
        if message.channel != Channel.INBOX:
            assert take(message, decided(message, now), hand_of(message, now), now=now) is False
        sending._let_go(message)
    assert set(sink.ids().values()) == {1}
    rows = Message.objects.filter(kind=Kind.BOOKED)
    assert set(rows.values_list("state", flat=True)) == {State.SENT}


def test_a_message_whose_composing_raises_each_time(planned, sink, now):
    """It is tried about once in three minutes, holds nobody up, and is given up in the end."""
    row = Message.objects.filter(kind=Kind.BOOKED, address=ALICE)
    row.update(change=None)
    send_due()
    assert (row.get().state, row.get().last_error) == (State.FAILED, "AssertionError")
    assert sink.addressed() == ["chen@ejemplo.test"]
    row.update(attempts=sending.MAX_ATTEMPTS - 1)
    at(now + timedelta(hours=1))
    assert (row.get().state, row.get().attempts) == (State.GIVEN_UP, sending.MAX_ATTEMPTS)


# Events ---------------------------------------------------------------------------------


def test_the_same_event_twice_and_out_of_order(planned, alice, slot, now):
    later = slot + timedelta(days=3)
    reschedule_appointment(appointment=planned, starts_at=later, actor=alice, now=now)
    plan_messages(now=now)
    before = list(Message.objects.order_by("pk").values_list("pk", "state", "why"))
    for change in planned.changes.order_by("-pk"):
        with transaction.atomic():
            record(f"appointment.{change.kind}", subject_id=planned.public_id, actor=alice, at=now,
                   data={"change": change.pk})  # fmt: skip
    Event.objects.update(processed_at=None)
    plan_messages(now=now)
    plan_missing(now=now)
    assert list(Message.objects.order_by("pk").values_list("pk", "state", "why")) == before


def test_an_event_that_is_planned_after_its_visit_has_gone_on(visit, alice, slot, now):
    """The worker was away: both changes are told, reminders are of the visit as it is."""
    later = slot + timedelta(days=3)
    reschedule_appointment(appointment=visit, starts_at=later, actor=alice, now=now)
    plan_messages(now=now + timedelta(hours=3))
    rows = Message.objects.filter(kind=Kind.REMINDER_DAY)
    assert set(rows.values_list("version", flat=True)) == {1}
    told = Message.objects.filter(audience=Audience.PATIENT, channel=Channel.EMAIL)
    assert set(told.exclude(change=None).values_list("kind", flat=True)) == {
        Kind.BOOKED, Kind.RESCHEDULED,
    }  # fmt: skip


# People ------------------------------------------------------------------------------------


@pytest.fixture
def of_paper(frozen, clinic):
    """Somebody whom the desk wrote down, with reminders planned to the address on the paper."""
    patient = PatientFactory(account=None, email="papel@ejemplo.test")
    visit = AppointmentFactory(clinic=clinic, patient=patient, booked_by=clinic.doctor.user)
    plan_missing(now=frozen)
    return visit


@pytest.mark.parametrize("how", ["attached", "merged"])
def test_a_patient_who_was_claimed_after_the_planning(of_paper, alice, bob, now, how, sink):
    """The account is written to, never again the address on the paper, and its wishes count."""
    invitation = InvitationFactory(
        purpose="patient", patient=of_paper.patient, email="papel@ejemplo.test"
    )
    Preferences.objects.create(patient=of_paper.patient, reminders=[])
    Preferences.objects.create(account=alice, reminders=["1d"])
    same = alice.patients.get() if how == "merged" else None
    relationship = "self" if how == "merged" else "parent"
    claim_patient(
        invitation=Invitation.objects.get(pk=invitation.pk), account=alice,
        relationship=relationship, same_as=same, now=now,
    )  # fmt: skip
    assert Patient.objects.filter(email="papel@ejemplo.test").exists() is False
    at(of_paper.starts_at - timedelta(days=1))
    row = reminder(of_paper)
    assert (row.state, row.address, row.recipient) == (State.SENT, ALICE, alice)
    assert "papel@ejemplo.test" not in sink.addressed()


def test_an_address_that_changed_between_planning_and_sending(planned, sink, alice):
    alice.email = "nueva@ejemplo.test"
    alice.save()
    send_due()
    assert sink.addressed() == ["chen@ejemplo.test", "nueva@ejemplo.test"]


def test_an_account_that_was_closed_between_planning_and_sending(planned, sink, alice):
    alice.is_active = False
    alice.save()
    send_due()
    assert sink.addressed() == ["chen@ejemplo.test"]
    rows = Message.objects.filter(kind=Kind.BOOKED, recipient=alice, channel=Channel.EMAIL)
    assert list(rows.values_list("state", "why")) == [(State.SUPPRESSED, Why.READER_GONE)]


def test_a_doctor_who_is_the_patient_is_reminded_once(frozen, clinic, dr_chen, sink):
    patient = PatientFactory(account=dr_chen.user)
    visit = AppointmentFactory(clinic=clinic, patient=patient)
    plan_missing(now=frozen)
    at(visit.starts_at - timedelta(days=1))
    assert sink.addressed() == ["chen@ejemplo.test"]


def test_two_of_reception_are_told_each(visit, carla, clinic, dr_chen, now, sink):
    other = AssistantFactory(doctor=dr_chen, clinics=[clinic], user__email="otra@ejemplo.test")
    for work in (carla.assistant_of.get(), other):
        work.notices = ["new"]
        work.save()
    plan_messages(now=now)
    send_due()
    assert sink.addressed() == [
        ALICE, "carla@ejemplo.test", "chen@ejemplo.test", "otra@ejemplo.test",
    ]  # fmt: skip


def test_a_clinic_that_moves_to_another_zone_wakes_nobody(planned, clinic, slot, sink):
    """The plan is from before; whether it is night is asked when it is due."""
    send_due()
    clinic.zone = "Asia/Tokyo"
    clinic.save()
    before = len(sink.mails)
    at(reminder(planned).due_at)
    assert (reminder(planned).state, len(sink.mails)) == (State.PLANNED, before)
    morning = datetime(2026, 11, 23, 23, tzinfo=UTC)  # 8:00 in Tokyo
    assert reminder(planned).next_try_at == morning
    at(morning)
    assert reminder(planned).state == State.SENT


def test_a_carrier_and_its_others_survive_a_worker_that_dies(frozen, clinic, alice, sink):
    """The doubt is about the one message; its repeat carries the same visits."""
    patient = alice.patients.get()
    first = AppointmentFactory(clinic=clinic, patient=patient)
    second = AppointmentFactory(
        clinic=clinic, patient=patient, starts_at=first.starts_at + timedelta(hours=2)
    )
    plan_missing(now=frozen)
    due = first.starts_at - timedelta(days=1)
    message = next(
        m for m in claim(now=due) if m.kind == Kind.REMINDER_DAY and m.channel == Channel.EMAIL
    )
    assert take(message, decided(message, due), hand_of(message, due), now=due)
    at(due + timedelta(seconds=50))
    assert (reminder(first).state, reminder(first).lapses) == (State.SENT, 1)
    assert (reminder(second).state, reminder(second).why) == (State.SUPPRESSED, Why.JOINED)
    assert [str(m["Subject"]).strip()[:22] for m in sink.mails] == ["Recordatorio: 2 citas,"]


def test_an_act_without_an_account_is_told_like_any_other(of_paper, now, sink):
    """By the link in a mail: nobody is the actor."""
    with transaction.atomic():
        line = AppointmentChange.objects.create(
            appointment=of_paper, kind=ChangeKind.BOOKED, at=now, to_status="booked",
            to_starts_at=of_paper.starts_at, sequence=0,
        )  # fmt: skip
        record("appointment.booked", subject_id=of_paper.public_id, actor=None, at=now,
               data={"change": line.pk})  # fmt: skip
    plan_messages(now=now)
    send_due()
    assert sink.addressed() == ["chen@ejemplo.test", "papel@ejemplo.test"]


def test_a_failed_reminder_that_is_caught_by_the_night_waits(planned, slot, sink):
    sink.refuse[""] = "450 not now"
    at(slot - timedelta(days=1))
    sink.refuse.clear()
    at(slot - timedelta(hours=12))  # 22:00 in Quito
    row = reminder(planned)
    assert (row.state, row.next_try_at) == (State.PLANNED, slot - timedelta(hours=2))
    at(slot - timedelta(hours=2))
    assert (reminder(planned).state, reminder(planned).why) == (State.SUPPRESSED, Why.OVERTAKEN)


def test_a_row_of_a_kind_that_is_not_about_a_visit_waits_for_nobody(alice, sink, now, frozen):
    MessageFactory(visit=None, version=None, kind=Kind.BOOKED, recipient=alice, due_at=now,
                   state=State.PLANNED)  # fmt: skip
    send_due()
    assert sink.addressed() == []
