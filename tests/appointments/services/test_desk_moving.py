"""The desk moves a visit."""

from datetime import timedelta

import pytest

from accounts.models import Invitation
from appointments import refusals
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_moving import move_visit
from appointments.services.rescheduling import reschedule_appointment
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def move(dr_chen, now):
    def make(visit, starts_at, **changes):
        usual = {"minutes": 30, "actor": dr_chen.user, "now": now}
        return move_visit(appointment=visit, starts_at=starts_at, **(usual | changes))

    return make


def test_it_writes_visit_line_and_event(move, visit, slot, dr_chen, now, happened):
    before = visit.starts_at
    moved = move(visit, slot, message="Me cambiaron el turno del hospital.")
    assert (moved.starts_at, moved.ends_at, moved.sequence) == (slot, slot + HALF_HOUR, 1)
    line = moved.changes.get()
    assert (line.kind, line.actor, line.by_desk, line.is_override) == (
        ChangeKind.RESCHEDULED, dr_chen.user, True, False,
    )  # fmt: skip
    assert (line.from_starts_at, line.to_starts_at) == (before, slot)
    assert line.message == "Me cambiaron el turno del hospital."
    assert b"hospital" not in bytes(line.message_sealed)
    assert happened(visit) == ["appointment.rescheduled"]


def test_past_the_patients_deadline(move, visit, slot, now):
    late = visit.starts_at - timedelta(minutes=1)
    assert move(visit, slot + timedelta(days=7), now=late).sequence == 1


def test_the_length_alone(move, visit):
    moved = move(visit, visit.starts_at, minutes=60)
    assert moved.ends_at - moved.starts_at == timedelta(hours=1)


def test_twice_moves_once(move, visit, slot):
    assert move(move(visit, slot), slot).sequence == 1
    assert move(visit, slot).changes.count() == 1


def test_to_where_it_is(move, visit):
    with pytest.raises(refusals.SameTime):
        move(visit, visit.starts_at)


def test_a_request_is_accepted_by_moving_it(move, clinic, slot):
    request = AppointmentFactory(clinic=clinic, starts_at=slot, status="requested")
    moved = move(request, slot + HALF_HOUR)
    assert (moved.status, moved.answer_by) == (Status.BOOKED, None)
    line = moved.changes.get()
    assert (line.from_status, line.to_status) == (Status.REQUESTED, Status.BOOKED)


def test_outside_hours_only_on_purpose(move, visit, slot):
    early = slot - timedelta(hours=3)
    with pytest.raises(refusals.OutsideSchedule):
        move(visit, early)
    moved = move(visit, early, is_override=True)
    assert (moved.is_outside_hours, moved.changes.get().is_override) == (True, True)
    assert not move(moved, slot).is_outside_hours


def test_onto_another_visit_a_hold_or_an_absence(move, visit, clinic, slot, hold):
    AppointmentFactory(clinic=ClinicFactory(doctor=clinic.doctor), starts_at=slot + HALF_HOUR)
    with pytest.raises(refusals.VisitThere):
        move(visit, slot + HALF_HOUR, is_override=True)
    hold("his")
    with pytest.raises(refusals.SlotHeld):
        move(visit, slot, is_override=True)


def test_by_less_than_its_own_length(move, visit):
    moved = move(visit, visit.starts_at + timedelta(minutes=10), is_override=True)
    assert moved.sequence == 1


def test_where_the_patient_is_elsewhere(move, visit, dr_diaz, slot):
    AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=visit.patient, starts_at=slot)
    with pytest.raises(refusals.PatientBusy):
        move(visit, slot)


def test_into_the_past(move, visit, now):
    with pytest.raises(refusals.SlotInThePast):
        move(visit, now - HALF_HOUR, is_override=True)


@pytest.mark.parametrize("minutes", [0, 721])
def test_a_length_that_is_none(move, visit, slot, minutes):
    with pytest.raises(refusals.BadLength):
        move(visit, slot, minutes=minutes)


def test_what_began_or_was_cancelled_stays(move, visit, slot, alice, now):
    with pytest.raises(refusals.VisitOver):
        move(visit, slot + timedelta(days=9), now=visit.starts_at)
    cancel_appointment(appointment=visit, actor=alice, status="cancelled_patient", now=now)
    with pytest.raises(refusals.VisitNotStanding):
        move(visit, slot)


def test_after_it_the_patient_is_never_late(move, visit, alice, slot):
    """The clinic's deadline of twelve hours is for times that the patient chose."""
    moved = move(visit, slot)
    late = slot - timedelta(minutes=5)
    again = reschedule_appointment(
        appointment=moved, starts_at=slot + timedelta(days=3), actor=alice, now=late
    )
    assert again.sequence == 2
    with pytest.raises(refusals.DeadlinePassed):
        reschedule_appointment(
            appointment=again,
            starts_at=slot + timedelta(days=5),
            actor=alice,
            now=again.starts_at - timedelta(minutes=5),
        )


@pytest.mark.parametrize("by_desk", [True, False])
def test_after_it_cancelling_is_never_late(move, visit, alice, slot, by_desk):
    if by_desk:
        visit = move(visit, slot)
    late = visit.starts_at - timedelta(minutes=5)
    gone = cancel_appointment(appointment=visit, actor=alice, status="cancelled_patient", now=late)
    assert gone.is_late_cancellation != by_desk


def test_a_patient_without_account_gets_a_link(move, clinic, slot, dr_chen):
    patient = PatientFactory(account=None, email="eva@ejemplo.test")
    visit = AppointmentFactory(clinic=clinic, patient=patient, booked_by=dr_chen.user)
    move(visit, slot)
    assert Invitation.objects.get().patient == patient


def test_the_desk_cancels_with_a_message_and_is_never_late(visit, dr_chen):
    late = visit.starts_at - timedelta(minutes=5)
    gone = cancel_appointment(
        appointment=visit,
        actor=dr_chen.user,
        status=Status.CANCELLED_BY_DOCTOR,
        now=late,
        by_desk=True,
        message="Lo siento, una urgencia.",
    )
    line = Appointment.objects.get().changes.get()
    assert (line.by_desk, line.message) == (True, "Lo siento, una urgencia.")
    assert not gone.is_late_cancellation


def test_within_an_archived_clinic(move, visit, clinic, slot, now):
    clinic.is_active, clinic.archived_at = False, now
    clinic.save()
    with pytest.raises(refusals.ClinicClosed):
        move(visit, slot)
