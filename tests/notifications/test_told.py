"""What was told about a visit, sorted by what somebody wants to know first."""

from datetime import timedelta

import pytest

from appointments.models import AppointmentChange
from notifications.models import Preferences
from notifications.queries import told_about, told_patient
from notifications.told import told_of
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(frozen, clinic, alice):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get())


@pytest.fixture
def told(visit, frozen):
    def ask(rows=told_about):
        visit.refresh_from_db()
        found = told_of(visit, rows(visit), now=frozen)
        return {
            name: [line.message for line in getattr(found, name)]
            for name in ("troubled", "latest", "planned", "others")
        }

    return ask


@pytest.fixture
def tell(visit, frozen):
    def one(**columns):
        return MessageFactory(**{"visit": visit, "due_at": frozen - timedelta(hours=1), **columns})

    return one


def test_nothing_is_told(visit, frozen):
    assert not told_of(visit, told_about(visit), now=frozen)


def test_what_did_not_arrive_comes_first(told, tell):
    fine = tell(kind="booked")
    lost = [
        tell(kind="reminder_7d", state="given_up"),
        tell(kind="rescheduled", state="unknown"),
        tell(kind="accepted", state="failed"),
        tell(kind="cancelled", state="suppressed", why="refused"),
        tell(kind="declined", state="suppressed", why="no_address"),
        tell(kind="booked", audience="doctor", state="given_up"),
    ]
    assert told() == {"troubled": lost, "latest": [fine], "planned": [], "others": []}


def test_what_was_said_after_all_is_no_trouble(told, tell, alice):
    lost = tell(kind="booked", state="given_up")
    again = tell(kind="booked", copy=1, resent_by=alice)
    refused = tell(kind="accepted", state="suppressed", why="refused")
    between = tell(kind="accepted", channel="sms", state="given_up", instead_of=refused)
    other = tell(kind="accepted", channel="whatsapp", instead_of=between)
    found = told()
    assert found["troubled"] == []
    assert found["latest"] == [again, other]
    assert found["others"] == [lost, refused, between]


def test_a_copy_that_failed_too_is_trouble(told, tell, alice):
    lost = tell(kind="booked", state="given_up")
    again = tell(kind="booked", state="given_up", copy=1, resent_by=alice)
    assert told()["troubled"] == [lost, again]


def test_only_the_latest_are_in_sight(told, tell, frozen):
    sent = [tell(kind="booked", copy=n, due_at=frozen - timedelta(hours=9 - n)) for n in range(5)]
    found = told()
    assert (found["latest"], found["others"]) == (sent[2:], sent[:2])


def test_our_pages_and_the_desk_are_the_others(told, tell, dr_chen):
    inbox = tell(kind="booked", channel="inbox", address="")
    desk = tell(kind="booked", audience="doctor", recipient=dr_chen.user)
    dropped = tell(kind="reminder_7d", state="suppressed", why="clinic_off")
    assert told() == {
        "troubled": [], "latest": [], "planned": [], "others": [inbox, desk, dropped],
    }  # fmt: skip
    assert told(told_patient)["others"] == [dropped]


def planned(tell, kind, frozen, **columns):
    later = frozen + timedelta(hours=1)
    return tell(**{"kind": kind, "state": "planned", "due_at": later, **columns})


def test_reminders_that_nobody_wants_are_not_promised(told, tell, frozen, clinic, visit):
    clinic.reminders = ["1d"]
    clinic.save()
    day = planned(tell, "reminder_1d", frozen)
    planned(tell, "reminder_2h", frozen)
    planned(tell, "reminder_1d", frozen, channel="inbox", address="")
    visit.clinic.refresh_from_db()
    assert told()["planned"] == [day]
    assert told()["others"] == []


def test_the_patients_own_choice_counts(told, tell, frozen, alice, visit):
    hours = planned(tell, "reminder_2h", frozen)
    planned(tell, "reminder_1d", frozen)
    Preferences.objects.create(account=alice, reminders=["2h"])
    assert told()["planned"] == [hours]


def test_a_question_that_is_not_wanted_is_not_promised(told, tell, frozen, alice):
    asked = planned(tell, "feedback", frozen)
    assert told()["planned"] == [asked]
    Preferences.objects.create(account=alice, wants_feedback=False)
    alice.refresh_from_db()
    assert told()["planned"] == []


def test_what_is_due_is_on_its_way(told, tell):
    due = tell(kind="booked", state="planned")
    assert told()["latest"] == [due]


def test_prescriptions_are_not_for_reception(visit, tell):
    tell(kind="prescription")
    tell(kind="rx_revoked")
    assert not told_about(visit, with_clinical=False).exists()
    assert told_about(visit).count() == 2


# What may be sent again -----------------------------------------------------------------------


def may_repeat(visit, message, now):
    (line,) = (
        line
        for part in vars_of(told_of(visit, told_about(visit), now=now))
        for line in part
        if line.message == message
    )
    return line.may_repeat


def vars_of(told):
    return (told.troubled, told.latest, told.planned, told.others)


def test_what_is_so_may_be_repeated(frozen, visit, tell):
    for columns in ({"kind": "booked"}, {"kind": "reminder_7d", "state": "given_up"}):
        assert may_repeat(visit, tell(**columns), frozen)


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "planned"},
        {"state": "suppressed", "why": "refused"},
        {"channel": "inbox", "address": ""},
        {"version": 3},
    ],
)
def test_what_is_not_so_may_not(frozen, visit, tell, columns):
    assert not may_repeat(visit, tell(**columns), frozen)


def test_a_confirmation_of_what_was_cancelled_may_not(frozen, visit, tell):
    message = tell(kind="booked")
    visit.status, visit.cancelled_at = "cancelled_patient", frozen
    assert not may_repeat(visit, message, frozen)


def test_the_letter_of_a_cancellation_may(frozen, visit, tell):
    visit.status, visit.cancelled_at = "cancelled_patient", frozen
    change = AppointmentChange.objects.create(
        appointment=visit, kind="cancelled", at=frozen, to_status="cancelled_patient",
        to_starts_at=visit.starts_at, sequence=0,
    )  # fmt: skip
    assert may_repeat(visit, tell(kind="cancelled", change=change), frozen)


def test_nothing_of_a_visit_that_began_but_what_comes_after(frozen, visit, tell):
    before, after = tell(kind="booked"), tell(kind="feedback")
    later = visit.starts_at
    assert not may_repeat(visit, before, later)
    assert may_repeat(visit, after, later)


def test_nowhere_to_write_is_trouble(frozen, clinic):
    guest = PatientFactory(account=None, email="")
    visit = AppointmentFactory(clinic=clinic, patient=guest, booked_by=clinic.doctor.user)
    row = MessageFactory(visit=visit, recipient=None, state="suppressed", why="no_address")
    found = told_of(visit, told_about(visit), now=frozen)
    assert [line.message for line in found.troubled] == [row]
