"""Two of the desk, or desk and patient, at one moment."""

from functools import partial

import pytest

from appointments.attendance import Attendance
from appointments.enums import CorrectionReason, Status
from appointments.models import Appointment
from appointments.services.attendance import correct_attendance, record_attendance
from appointments.services.cancelling import cancel_appointment
from core.models import Event
from tests.appointments.crowd import at_once, kinds
from tests.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]
CAME, MISSED = Attendance(Status.ATTENDED), Attendance(Status.NO_SHOW)


@pytest.fixture
def begun(clinic, alice, now):
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=now)


def saying(visit, said, actor, now):
    return partial(record_attendance, appointment=visit, said=said, actor=actor, now=now)


def test_two_receptions_say_the_same(begun, carla, dr_chen, now):
    answers = at_once(*(saying(begun, CAME, who, now) for who in (carla, dr_chen.user) * 3))
    assert kinds(answers) == {"Appointment": 6}
    assert (begun.changes.count(), Event.objects.count()) == (1, 1)


def test_two_receptions_say_different_things(begun, carla, dr_chen, now):
    answers = at_once(saying(begun, CAME, carla, now), saying(begun, MISSED, dr_chen.user, now))
    assert kinds(answers) == {"Appointment": 1, "AttendanceRecorded": 1}
    begun.refresh_from_db()
    assert begun.changes.get().to_status == begun.status


def test_two_corrections(begun, carla, dr_chen, now):
    saying(begun, CAME, carla, now)()
    answers = at_once(
        *(
            partial(
                correct_attendance, appointment=begun, was=CAME, said=said, actor=dr_chen.user,
                reason=CorrectionReason.TOLD, now=now,
            )
            for said in (MISSED, Attendance(Status.BOOKED))
        )
    )  # fmt: skip
    assert kinds(answers) == {"Appointment": 1, "AttendanceChanged": 1}
    assert begun.changes.count() == 2


@pytest.mark.parametrize("_round", range(3))
def test_it_is_recorded_or_cancelled(visit, carla, alice, _round):
    early = visit.starts_at.replace(hour=12)
    cancelling = partial(
        cancel_appointment, appointment=visit, actor=alice, now=early,
        status=Status.CANCELLED_BY_PATIENT,
    )  # fmt: skip
    answers = at_once(saying(visit, CAME, carla, early), cancelling)
    got = kinds(answers)
    assert got["Appointment"] == 1
    assert got["NotAttendable"] + got["VisitNotStanding"] == 1
    visit.refresh_from_db()
    assert visit.changes.get().to_status == visit.status
    assert Appointment.objects.get().status in (Status.ATTENDED, Status.CANCELLED_BY_PATIENT)
