from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import refusals
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment
from appointments.queries import is_offered
from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


def move(visit, starts_at, actor, now):
    return reschedule_appointment(appointment=visit, starts_at=starts_at, actor=actor, now=now)


def test_move_writes_visit_line_and_event(alice, book, slot, now, happened):
    visit = book(alice)
    move(visit, slot + HALF_HOUR, alice, now)
    visit = Appointment.objects.get()
    assert (visit.starts_at, visit.ends_at) == (slot + HALF_HOUR, slot + 2 * HALF_HOUR)
    assert (visit.status, visit.sequence) == (Status.BOOKED, 1)
    line = visit.changes.get(kind=ChangeKind.RESCHEDULED)
    assert (line.from_starts_at, line.to_starts_at) == (slot, slot + HALF_HOUR)
    assert (line.actor, line.at, line.sequence) == (alice, now, 1)
    assert happened(visit) == ["appointment.booked", "appointment.rescheduled"]


def test_old_time_is_free_and_new_one_is_not(alice, book, clinic, slot, now):
    move(book(alice), slot + HALF_HOUR, alice, now)
    assert is_offered(clinic, slot, now=now)
    assert not is_offered(clinic, slot + HALF_HOUR, now=now)


def test_move_keeps_code_and_terms(alice, book, clinic, slot, now):
    visit = book(alice)
    clinic.price = Decimal("99.00")
    clinic.save()
    moved = move(visit, slot + HALF_HOUR, alice, now)
    assert (moved.code, moved.price) == (visit.code, Decimal("45.00"))


def test_new_time_is_a_request_where_the_doctor_confirms_each(alice, book, clinic, slot, now):
    """Or a patient would have any time confirmed by moving to it."""
    visit = book(alice)
    clinic.requires_confirmation = True
    clinic.save()
    moved = move(visit, slot + HALF_HOUR, alice, now)
    assert (moved.status, moved.answer_by) == (Status.REQUESTED, now + timedelta(hours=24))
    line = moved.changes.get(kind=ChangeKind.RESCHEDULED)
    assert (line.from_status, line.to_status) == (Status.BOOKED, Status.REQUESTED)


def test_move_by_less_than_its_own_length(alice, book, clinic, slot, now):
    clinic.step_minutes = 15
    clinic.save()
    moved = move(book(alice), slot + timedelta(minutes=15), alice, now)
    assert moved.starts_at == slot + timedelta(minutes=15)


def test_same_form_twice_moves_once(alice, book, slot, now, happened):
    visit = book(alice)
    move(visit, slot + HALF_HOUR, alice, now)
    stale = visit
    fresh = Appointment.objects.get()
    for known in (stale, fresh):
        assert move(known, slot + HALF_HOUR, alice, now).sequence == 1
    assert happened(visit) == ["appointment.booked", "appointment.rescheduled"]


def test_to_where_it_is(alice, book, slot, now):
    with pytest.raises(refusals.SameTime):
        move(book(alice), slot, alice, now)


def test_there_and_back(alice, book, slot, now, happened):
    visit = book(alice)
    move(visit, slot + HALF_HOUR, alice, now)
    back = move(Appointment.objects.get(), slot, alice, now)
    assert (back.starts_at, back.sequence) == (slot, 2)
    assert happened(visit)[1:] == ["appointment.rescheduled"] * 2


def test_onto_another_visit(alice, bob, book, slot, now):
    visit = book(alice)
    book(bob, starts_at=slot + HALF_HOUR)
    with pytest.raises(refusals.SlotTaken):
        move(visit, slot + HALF_HOUR, alice, now)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.sequence) == (slot, 0)


def test_onto_a_live_hold_and_onto_a_run_out_one(alice, book, hold, slot, now):
    visit = book(alice)
    hold("his", starts_at=slot + HALF_HOUR)
    with pytest.raises(refusals.SlotTaken):
        move(visit, slot + HALF_HOUR, alice, now)
    later = now + timedelta(minutes=10)
    assert move(visit, slot + HALF_HOUR, alice, later).starts_at == slot + HALF_HOUR


@pytest.mark.parametrize(
    ("minutes", "refusal"),
    [
        (7, refusals.SlotNotOffered),
        (12 * 60, refusals.SlotNotOffered),
        (-2 * 1440, refusals.SlotInThePast),
    ],
)
def test_to_a_time_that_is_not_offered(alice, book, slot, now, minutes, refusal):
    with pytest.raises(refusal):
        move(book(alice), slot + timedelta(minutes=minutes), alice, now)


def test_patient_elsewhere_at_the_new_time(alice, book, dr_diaz, slot, now):
    visit = book(alice)
    book(alice, clinic=ClinicFactory(doctor=dr_diaz), starts_at=slot + HALF_HOUR)
    with pytest.raises(refusals.PatientBusy):
        move(visit, slot + HALF_HOUR, alice, now)


@pytest.mark.parametrize(("seconds", "is_refused"), [(0, False), (1, True)])
def test_deadline(alice, book, slot, seconds, is_refused):
    visit = book(alice)
    moment = slot - timedelta(minutes=720) + timedelta(seconds=seconds)
    if is_refused:
        with pytest.raises(refusals.DeadlinePassed):
            move(visit, slot + HALF_HOUR, alice, moment)
    else:
        assert move(visit, slot + HALF_HOUR, alice, moment).sequence == 1


def test_cancelled_visit(alice, book, slot, now):
    visit = book(alice)
    cancel_appointment(appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=now)
    with pytest.raises(refusals.VisitNotStanding):
        move(visit, slot + HALF_HOUR, alice, now)


def test_visit_that_began(alice, clinic, slot):
    visit = AppointmentFactory(clinic=clinic, starts_at=slot)
    with pytest.raises(refusals.VisitOver):
        move(visit, slot + HALF_HOUR, alice, slot)
