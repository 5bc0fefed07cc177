"""Several visits of one person on one day: one message, and none of them lost with another."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from appointments.enums import Status
from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from notifications.enums import Channel, Kind, State, Why
from notifications.models import Message, Preferences
from notifications.queries import inbox_of, unread_count
from notifications.services.planning import plan_messages, plan_missing
from notifications.services.sending import send_due
from tests.appointments.crowd import at_once
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ALICE = "alice@ejemplo.test"
# Wednesday 25 November 2026, 9:00 and 15:00 in Quito, and the reminders of the day before.
MORNING = datetime(2026, 11, 25, 14, tzinfo=UTC)
AFTERNOON = datetime(2026, 11, 25, 20, tzinfo=UTC)
DAY_BEFORE = MORNING - timedelta(days=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOTH = "Recordatorio: 2 citas, mañana, miércoles 25 de noviembre"


@pytest.fixture
def first(frozen, clinic, alice):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=MORNING)


@pytest.fixture
def second(first, dr_diaz):
    return AppointmentFactory(
        clinic=ClinicFactory(doctor=dr_diaz, name="Norte"),
        patient=first.patient,
        starts_at=AFTERNOON,
    )


@pytest.fixture
def two(first, second, frozen):
    plan_missing(now=frozen)
    return first, second


def send_at(at):
    """What left for patients: their reminders, in order."""
    with time_machine.travel(at, tick=False):
        before = len(mail.outbox)
        send_due()
        return [m.subject for m in mail.outbox[before:] if "Recordatorio" in m.subject]


def subjects(sink):
    return [str(m["Subject"]).strip() for m in sink.mails]


def row(visit, kind=Kind.REMINDER_DAY, channel=Channel.EMAIL, **of):
    return Message.objects.get(visit=visit, kind=kind, channel=channel, **of)


def fate(visit, kind=Kind.REMINDER_DAY, **of):
    found = row(visit, kind, **of)
    return found.state, found.why


def test_two_visits_of_a_day_are_one_message(two):
    assert send_at(DAY_BEFORE) == [BOTH]
    assert send_at(AFTERNOON - DAY) == []
    first, second = two
    assert (fate(first), fate(second)) == ((State.SENT, ""), (State.SUPPRESSED, Why.JOINED))
    assert row(second).carrier == row(first)
    text = mail.outbox[-1].body
    assert ("La Carolina" in text, "Norte" in text) == (True, True)


def test_visits_of_two_days_are_two_messages(first, frozen):
    AppointmentFactory(clinic=first.clinic, patient=first.patient, starts_at=MORNING + DAY)
    plan_missing(now=frozen)
    assert len(send_at(DAY_BEFORE)) == 1
    assert len(send_at(MORNING)) == 1


def test_visits_of_two_people_are_two_messages(first, bob, frozen):
    AppointmentFactory(clinic=first.clinic, patient=bob.patients.get(), starts_at=AFTERNOON)
    plan_missing(now=frozen)
    assert len(send_at(AFTERNOON - DAY)) == 2


def test_visits_of_a_parent_and_a_child_are_one_message(first, alice, frozen):
    child = PatientFactory(account=alice, relationship="child")
    AppointmentFactory(clinic=first.clinic, patient=child, starts_at=AFTERNOON)
    plan_missing(now=frozen)
    assert send_at(DAY_BEFORE) == [BOTH]


def test_patients_without_account_are_joined_by_who_they_are(frozen, clinic):
    """Two people may share an address: each is written to alone."""
    for _ in range(2):
        one = PatientFactory(account=None, email="casa@ejemplo.test")
        for hours in (0, 4):
            starts_at = MORNING + timedelta(hours=hours, minutes=30 * one.pk % 60 + one.pk % 2)
            AppointmentFactory(
                clinic=ClinicFactory(), patient=one, booked_by=clinic.doctor.user,
                starts_at=starts_at,
            )  # fmt: skip
    plan_missing(now=frozen)
    send_at(MORNING - HOUR * 23)
    assert [m.subject for m in mail.outbox] == [BOTH] * 2


# On our own pages ----------------------------------------------------------------


def test_on_our_own_pages_each_visit_keeps_its_line(two, alice):
    """A line leads to one visit: nothing rings, so nothing is saved by leaving one out."""
    send_at(AFTERNOON - DAY)
    with time_machine.travel(AFTERNOON - DAY, tick=False):
        assert {m.visit for m in inbox_of(alice)} == set(two)
        assert unread_count(alice) == 2


# Who may not go along --------------------------------------------------------------


def test_what_its_clinic_does_not_send_is_not_taken_along(two):
    first, second = two
    second.clinic.reminders = ["2h"]
    second.clinic.save()
    assert len(send_at(DAY_BEFORE)) == 1
    assert "Norte" not in mail.outbox[-1].body
    send_at(AFTERNOON - DAY)
    assert (fate(first), fate(second)) == ((State.SENT, ""), (State.SUPPRESSED, Why.CLINIC_OFF))


def test_a_visit_that_has_begun_is_not_taken_along(two):
    """Its reminder failed all morning; the afternoon's one must not speak of it."""
    first, _second = two
    late = AFTERNOON - 2 * HOUR
    of_first = row(first, Kind.REMINDER_HOURS)
    Message.objects.filter(pk=of_first.pk).update(
        state=State.FAILED, next_try_at=late + timedelta(seconds=1)
    )
    assert send_at(late) == ["Recordatorio: hoy, miércoles 25 de noviembre, 15:00, Dr. José Díaz"]
    send_at(late + timedelta(minutes=1))
    assert fate(first, Kind.REMINDER_HOURS) == (State.SUPPRESSED, Why.TOO_LATE)


def test_a_visit_whose_own_reminder_would_come_later_goes_along(two):
    _first, second = two
    send_at(DAY_BEFORE)
    assert send_at(MORNING - HOUR) == ["Recordatorio: 2 citas, hoy, miércoles 25 de noviembre"]
    assert fate(second, Kind.REMINDER_HOURS) == (State.SUPPRESSED, Why.JOINED)


# Carriers that do not arrive -------------------------------------------------------


def refused_for_now(sink, at=DAY_BEFORE):
    sink.refuse[""] = "450 not now"
    assert send_at(at) == []
    sink.refuse.clear()


def test_the_other_is_released_when_the_carrier_is_dropped(two, sink, alice):
    first, second = two
    refused_for_now(sink)
    assert (fate(first)[0], fate(second)[0]) == (State.FAILED, State.SUPPRESSED)
    first.clinic.reminders = []
    first.clinic.save()
    send_at(DAY_BEFORE + timedelta(minutes=1))
    assert fate(first) == (State.SUPPRESSED, Why.CLINIC_OFF)
    send_at(AFTERNOON - DAY)
    assert (fate(second), row(second).carrier) == ((State.SENT, ""), None)


@pytest.mark.parametrize("act", ["cancelled", "moved"])
def test_the_other_is_released_when_the_carriers_visit_goes(two, sink, alice, act):
    """The planner takes the carrier back before any worker asks about it."""
    first, second = two
    refused_for_now(sink)
    if act == "cancelled":
        cancel_appointment(
            appointment=first, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=DAY_BEFORE
        )
    else:
        reschedule_appointment(
            appointment=first, starts_at=MORNING + 5 * DAY, actor=alice, now=DAY_BEFORE
        )
    plan_messages(now=DAY_BEFORE)
    assert fate(first, version=0) == (State.SUPPRESSED, Why(act))
    assert (fate(second), row(second).carrier) == ((State.PLANNED, ""), None)
    send_at(AFTERNOON - DAY)
    assert fate(second) == (State.SENT, "")


def test_the_others_of_a_day_go_together_when_the_carrier_is_dropped(two, sink, frozen):
    first, second = two
    third = AppointmentFactory(
        clinic=second.clinic, patient=first.patient, starts_at=AFTERNOON + HOUR
    )
    plan_missing(now=frozen)
    refused_for_now(sink)
    first.clinic.reminders = []
    first.clinic.save()
    send_at(DAY_BEFORE + timedelta(minutes=1))
    send_at(AFTERNOON - DAY)
    assert (fate(second), fate(third)) == ((State.SENT, ""), (State.SUPPRESSED, Why.JOINED))
    assert row(third).carrier == row(second)


def test_the_other_is_given_up_with_the_carrier(two, sink):
    sink.refuse[ALICE] = "550 no such user"
    send_at(DAY_BEFORE)
    assert [fate(visit) for visit in two] == [(State.GIVEN_UP, "")] * 2
    assert row(two[1]).last_error == "SMTPRecipientsRefused 550"


def test_the_other_falls_back_with_the_carrier(two, sink, settings):
    settings.PHONE_CHANNELS = ["sms"]
    settings.PHONE = "notifications.channels.phone.Mailbox"
    sink.refuse[ALICE] = "550 no such user"
    send_at(DAY_BEFORE)
    first, second = two
    stand_in = row(first, channel=Channel.SMS)
    assert (fate(first)[0], stand_in.state) == (State.GIVEN_UP, State.SENT)
    assert (fate(second), row(second).carrier) == ((State.SUPPRESSED, Why.JOINED), stand_in)
    assert sink.mails[-1].get_content().startswith(BOTH)


def test_a_visit_that_was_cancelled_meanwhile_is_left_out_of_the_next_attempt(two, sink, alice):
    _first, second = two
    refused_for_now(sink)
    cancel_appointment(
        appointment=second, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=DAY_BEFORE
    )
    send_at(DAY_BEFORE + timedelta(minutes=1))
    one = "Recordatorio: mañana, miércoles 25 de noviembre, 9:00, Dra. Ana Molina Paz"
    assert subjects(sink)[-1] == one


def test_a_visit_that_comes_later_goes_by_itself(two, frozen):
    send_at(DAY_BEFORE)
    first, second = two
    third = AppointmentFactory(
        clinic=second.clinic, patient=first.patient, starts_at=AFTERNOON + HOUR
    )
    plan_missing(now=DAY_BEFORE)
    assert len(send_at(AFTERNOON - DAY + HOUR)) == 1
    assert fate(third) == (State.SENT, "")


def test_one_who_stopped_reminders_gets_neither(two, alice):
    Preferences.objects.create(account=alice, reminders=[])
    assert send_at(AFTERNOON - DAY) == []
    assert [fate(visit) for visit in two] == [(State.SUPPRESSED, Why.NOT_WANTED)] * 2


# Workers side by side --------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [1, 50])
def test_workers_side_by_side_send_one_message_for_each_day(
    first, second, dr_diaz, sink, monkeypatch, batch
):
    monkeypatch.setattr("notifications.services.batches.BATCH", batch)
    patients = [first.patient, *(PatientFactory() for _ in range(9))]
    for n, patient in enumerate(patients[1:], 1):
        for visit in (first, second):
            AppointmentFactory(
                clinic=ClinicFactory(), patient=patient,
                starts_at=visit.starts_at + timedelta(minutes=n),
            )  # fmt: skip
    at = AFTERNOON - DAY + HOUR
    with time_machine.travel(MORNING - 2 * DAY, tick=False):
        plan_missing(now=timezone.now())
    with time_machine.travel(at, tick=False):
        at_once(*[send_due] * 4)
        send_due()
    assert [s for s in subjects(sink) if "Recordatorio" in s] == [BOTH] * 10
