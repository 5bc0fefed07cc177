"""Who came: said by the desk, and put right."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from appointments import refusals
from appointments.attendance import Attendance
from appointments.enums import TRANSITIONS, ChangeKind, CorrectionReason, Status
from appointments.models import Appointment
from appointments.services.attendance import correct_attendance, record_attendance
from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from core.models import Event
from tests.appointments.test_models import status_fields
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
CAME = Attendance(Status.ATTENDED)
LATE = Attendance(Status.ATTENDED, 12)
MISSED = Attendance(Status.NO_SHOW)
NOTHING = Attendance(Status.BOOKED)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def over(visit):
    """A minute after Alicia's visit: 9:31 in Quito."""
    return visit.ends_at + MINUTE


@pytest.fixture
def record(visit, dr_chen):
    def act(said, *, now, actor=None, visit=visit):
        who = actor or dr_chen.user
        return record_attendance(appointment=visit, said=said, actor=who, now=now)

    return act


@pytest.fixture
def correct(visit, dr_chen):
    def act(was, said, *, now, actor=None, reason=CorrectionReason.MISTAKE, **more):
        return correct_attendance(
            appointment=visit, was=was, said=said, actor=actor or dr_chen.user, now=now,
            reason=reason, **more,
        )  # fmt: skip

    return act


def lines(visit):
    return list(
        visit.changes.order_by("id").values_list(
            "kind", "from_status", "to_status", "minutes_late", "reason", "by_desk"
        )
    )


# The first answer --------------------------------------------------------------


@pytest.mark.parametrize("said", [CAME, LATE, MISSED])
def test_doctor_and_reception_say_who_came(visit, over, record, carla, dr_chen, said, happened):
    for actor in (carla, dr_chen.user):
        assert record(said, now=over, actor=actor).pk == visit.pk
    visit.refresh_from_db()
    assert Attendance.of(visit) == said
    line = visit.changes.get()
    assert lines(visit) == [(said.status, "booked", said.status, said.minutes_late, "", True)]
    assert (line.actor, line.at, line.sequence) == (carla, over, 0)
    assert happened(visit) == [f"appointment.{said.status}"]
    assert Event.objects.get().data == {"change": line.pk}


def test_another_answer_is_no_first_one(visit, over, record):
    record(CAME, now=over)
    for said in (MISSED, LATE):
        with pytest.raises(refusals.AttendanceRecorded):
            record(said, now=over)
    assert visit.changes.count() == 1


@pytest.mark.parametrize("status", sorted(set(Status) - {"booked", "attended", "no_show"}))
@pytest.mark.parametrize("said", [CAME, MISSED])
def test_only_a_confirmed_visit_is_attended(clinic, over, record, status, said):
    other = AppointmentFactory(
        clinic=clinic, starts_at=over - timedelta(hours=2), **status_fields(status)
    )
    with pytest.raises(refusals.NotAttendable):
        record(said, now=over, visit=other)
    assert not other.changes.exists()


@pytest.mark.parametrize(
    ("said", "minutes", "refusal"),
    [
        (CAME, -9 * 60, None),  # midnight in Quito
        (CAME, -9 * 60 - 1, refusals.TooEarlyToRecord),
        (CAME, -1, None),
        (MISSED, -1, refusals.NotYetMissed),
        (MISSED, 0, None),
        (LATE, 11, refusals.ArrivalAhead),
        (LATE, 12, None),
        (MISSED, -9 * 60 - 1, refusals.TooEarlyToRecord),
        (CAME, 60 * 24 * 400, None),
    ],
)
def test_from_when_it_may_be_said(visit, record, said, minutes, refusal):
    now = visit.starts_at + minutes * MINUTE
    if refusal is None:
        assert Attendance.of(record(said, now=now)) == said
    else:
        with pytest.raises(refusal):
            record(said, now=now)
        assert not visit.changes.exists()


@pytest.mark.parametrize(
    ("starts_at", "midnight"),
    [
        # The clocks of Madrid go back at 3:00, and forward at 2:00.
        (datetime(2026, 10, 25, 8, 0, tzinfo=UTC), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        (datetime(2027, 3, 28, 8, 0, tzinfo=UTC), datetime(2027, 3, 27, 23, 0, tzinfo=UTC)),
    ],
)
def test_the_day_is_the_clinics_where_clocks_change(record, starts_at, midnight):
    madrid = ClinicFactory(zone="Europe/Madrid")
    visit = AppointmentFactory(clinic=madrid, starts_at=starts_at)
    with pytest.raises(refusals.TooEarlyToRecord):
        record(CAME, now=midnight - MINUTE, visit=visit)
    assert record(CAME, now=midnight, visit=visit).status == Status.ATTENDED


def test_what_was_said_ends_cancelling_and_moving(visit, record, alice, slot, now):
    """Early on its day, before it starts."""
    early = visit.starts_at - MINUTE
    record(CAME, now=early)
    visit.refresh_from_db()
    with pytest.raises(refusals.VisitNotStanding):
        cancel_appointment(
            appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=early
        )
    with pytest.raises(refusals.VisitNotStanding):
        reschedule_appointment(
            appointment=visit, starts_at=slot + timedelta(days=7), actor=alice, now=early
        )


# Put right ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "said"), [(CAME, MISSED), (MISSED, CAME), (CAME, LATE), (LATE, CAME), (MISSED, LATE)]
)
def test_corrected_with_a_reason(visit, over, record, correct, was, said, carla, happened):
    record(was, now=over)
    for _again in range(2):
        correct(was, said, now=over + MINUTE, actor=carla, note="Estaba en la otra sala.")
    visit.refresh_from_db()
    assert Attendance.of(visit) == said
    second = lines(visit)[1]
    assert visit.changes.count() == 2
    assert second == (
        said.status, was.status, said.status, said.minutes_late, CorrectionReason.MISTAKE, True,
    )  # fmt: skip
    line = visit.changes.last()
    assert (line.actor, line.note) == (carla, "Estaba en la otra sala.")
    assert b"sala" not in bytes(line.note_sealed)
    assert happened(visit) == [f"appointment.{was.status}", f"appointment.{said.status}"]


def test_taken_back_while_the_visit_is_not_over(visit, record, correct, happened):
    """A finger slipped in the morning's list."""
    early = visit.starts_at - timedelta(hours=2)
    record(CAME, now=early)
    correct(CAME, NOTHING, now=early + MINUTE)
    visit.refresh_from_db()
    assert (visit.status, visit.minutes_late) == (Status.BOOKED, None)
    assert visit.changes.last().kind == ChangeKind.UNRECORDED
    assert happened(visit) == ["appointment.attended", "appointment.unrecorded"]


def test_of_what_is_over_an_answer_is_known(visit, over, record, correct):
    record(CAME, now=over)
    with pytest.raises(refusals.VisitEnded):
        correct(CAME, NOTHING, now=visit.ends_at)
    assert correct(CAME, NOTHING, now=visit.ends_at - MINUTE).status == Status.BOOKED


def test_correction_of_what_nobody_saw(visit, over, record, correct):
    with pytest.raises(refusals.AttendanceChanged):
        correct(CAME, MISSED, now=over)
    record(CAME, now=over)
    for was in (LATE, MISSED, NOTHING):
        if was != MISSED:
            with pytest.raises(refusals.AttendanceChanged):
                correct(was, MISSED, now=over)
    assert visit.changes.count() == 1


def test_correction_keeps_the_limits_of_time(visit, record, correct):
    early = visit.starts_at - MINUTE
    record(CAME, now=early)
    with pytest.raises(refusals.NotYetMissed):
        correct(CAME, MISSED, now=early)
    with pytest.raises(refusals.ArrivalAhead):
        correct(CAME, LATE, now=early)


def test_reception_corrects_for_thirty_days_and_the_doctor_always(
    visit, over, record, correct, carla
):
    record(CAME, now=over)
    last = visit.starts_at + timedelta(days=30)
    with pytest.raises(refusals.CorrectionTooLate):
        correct(CAME, MISSED, now=last + MINUTE, actor=carla)
    correct(CAME, MISSED, now=last, actor=carla)
    assert correct(MISSED, CAME, now=last + timedelta(days=700)).status == Status.ATTENDED


def test_ways_are_those_of_the_table():
    ways = {
        status: {"attended", "no_show", "booked"} - {status} for status in ("attended", "no_show")
    }
    assert {status: set(TRANSITIONS[status]) for status in ways} == ways


# What waits for an answer ---------------------------------------------------------


def test_unanswered_are_past_visits_of_the_last_days(now):
    def at(minutes, **fields):
        return AppointmentFactory(starts_at=now + minutes * MINUTE, **fields)

    over, month = at(-30), at(-30 * 24 * 60 + 1)
    at(-29), at(60), at(-30 * 24 * 60 - 40)
    for n, status in enumerate(set(Status) - {"booked"}):
        at(-600 - 60 * n, **status_fields(status))
    assert set(Appointment.objects.unanswered(now)) == {over, month}


@pytest.mark.parametrize(
    ("key", "said"), [("attended", CAME), ("attended-12", LATE), ("no_show", MISSED)]
)
def test_attendance_as_a_forms_value(key, said):
    assert (Attendance.read(key), said.key) == (said, key)


@pytest.mark.parametrize("key", ["held", "attended-", "attended--1", "attended-x", "late", "²"])
def test_what_is_no_attendance(key):
    with pytest.raises(ValueError, match=re.escape(key)):
        Attendance.read(key)
