"""The day of a visit, step by step and back."""

import re
from datetime import timedelta

import pytest

from appointments import refusals
from appointments.attendance import Attendance
from appointments.enums import SaidBy, Stage, Status
from appointments.models import VisitDay
from appointments.services.attendance import record_attendance
from appointments.services.days import (
    check_in,
    finish_consultation,
    say_on_the_way,
    start_consultation,
    take_back,
)
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE


@pytest.fixture
def ten(visit):
    """Alicia's visit is at ten (of whatever clock); in the tests an instant counts from there."""
    return visit.starts_at


@pytest.fixture
def here(visit, alice):
    def act(*, now, said_by=SaidBy.PATIENT, actor=alice, visit=visit):
        return check_in(appointment=visit, said_by=said_by, actor=actor, now=now)

    return act


@pytest.fixture
def start(visit, dr_chen):
    def act(*, now, visit=visit, actor=None):
        return start_consultation(appointment=visit, actor=actor or dr_chen.user, now=now)

    return act


@pytest.fixture
def back(visit, dr_chen):
    def act(was, *, now, said_by=SaidBy.DESK, visit=visit):
        return take_back(appointment=visit, was=was, said_by=said_by, actor=dr_chen.user, now=now)

    return act


def on_the_way(visit, alice, now):
    return say_on_the_way(appointment=visit, actor=alice, now=now)


# Forwards -----------------------------------------------------------------------


def test_a_whole_day(visit, ten, alice, dr_chen, here, start, happened):
    on_the_way(visit, alice, ten - HOUR)
    here(now=ten - 5 * MINUTE)
    start(now=ten + 10 * MINUTE)
    finish_consultation(appointment=visit, actor=dr_chen.user, now=ten + 35 * MINUTE)
    day = VisitDay.objects.get()
    assert (day.on_the_way_at, day.arrived_at) == (ten - HOUR, ten - 5 * MINUTE)
    assert (day.started_at, day.finished_at) == (ten + 10 * MINUTE, ten + 35 * MINUTE)
    assert (day.arrival_said_by, day.clinic, day.stage) == ("patient", visit.clinic, Stage.DONE)
    assert re.fullmatch(r"[ABCDEFHJKLMPRTUXY]-[1-9]\d", day.code)
    visit.refresh_from_db()
    assert (visit.status, visit.minutes_late) == (Status.ATTENDED, None)
    steps = [name for name in happened(visit) if name.startswith("visit_day")]
    assert steps == [
        "visit_day.on_the_way", "visit_day.arrived", "visit_day.started", "visit_day.finished",
    ]  # fmt: skip


def test_each_step_again_changes_nothing(visit, ten, alice, dr_chen, here, start, happened):
    for minutes in (0, 1):
        later = ten + minutes * MINUTE
        on_the_way(visit, alice, later)
        here(now=later)
        here(now=later, said_by=SaidBy.DESK, actor=dr_chen.user)
        start(now=later)
        finish_consultation(appointment=visit, actor=dr_chen.user, now=later)
    day = VisitDay.objects.get()
    assert {day.on_the_way_at, day.arrived_at, day.started_at, day.finished_at} == {ten}
    assert len(happened(visit)) == 5


def test_arrived_is_more_than_on_the_way(visit, ten, alice, here):
    here(now=ten)
    assert on_the_way(visit, alice, ten).on_the_way_at is None


def test_windows_of_the_patient(visit, ten, alice, here):
    minute = timedelta(minutes=1)
    with pytest.raises(refusals.TooEarlyToArrive):
        on_the_way(visit, alice, ten - 3 * HOUR - minute)
    with pytest.raises(refusals.TooEarlyToArrive):
        here(now=ten - 90 * MINUTE - minute)
    for act in (lambda now: here(now=now), lambda now: on_the_way(visit, alice, now)):
        with pytest.raises(refusals.DayOver):
            act(visit.ends_at)
    assert not VisitDay.objects.exists()
    on_the_way(visit, alice, ten - 3 * HOUR)
    assert here(now=ten - 90 * MINUTE).stage == Stage.WAITING


def test_desk_may_all_day_and_no_other_day(visit, ten, here, start, dr_chen):
    for act in (lambda now: here(now=now, said_by=SaidBy.DESK), lambda now: start(now=now)):
        for hours in (-24, 24):
            with pytest.raises(refusals.NotToday):
                act(ten + hours * HOUR)
    assert here(now=ten + 5 * HOUR, said_by=SaidBy.DESK, actor=dr_chen.user).arrived_at


@pytest.mark.parametrize("status", [Status.REQUESTED, Status.CANCELLED_BY_DOCTOR])
def test_what_does_not_stand_has_no_day(clinic, alice, now, dr_chen, status):
    visit = AppointmentFactory(
        clinic=clinic, starts_at=now, status=status,
        cancelled_at=None if status == Status.REQUESTED else now,
    )  # fmt: skip
    with pytest.raises(refusals.VisitNotStanding):
        say_on_the_way(appointment=visit, actor=None, now=now)
    with pytest.raises(refusals.VisitNotStanding):
        start_consultation(appointment=visit, actor=dr_chen.user, now=now)


def test_who_was_recorded_as_missed_is_put_right_first(visit, ten, dr_chen, here, start):
    missed = Attendance(Status.NO_SHOW)
    record_attendance(appointment=visit, said=missed, actor=dr_chen.user, now=ten)
    for act in (here, start):
        with pytest.raises(refusals.RecordedAsMissed):
            act(now=ten)


def test_going_in_without_a_word_before_is_an_arrival_too(visit, ten, start):
    day = start(now=ten + 7 * MINUTE)
    assert (day.arrived_at, day.arrival_said_by) == (ten + 7 * MINUTE, "desk")
    visit.refresh_from_db()
    assert (visit.status, visit.minutes_late) == (Status.ATTENDED, 7)


def test_late_is_who_arrived_late_not_who_waited(visit, ten, here, start):
    here(now=ten + 2 * MINUTE)
    start(now=ten + 25 * MINUTE)
    visit.refresh_from_db()
    assert visit.minutes_late == 2


def test_what_was_recorded_already_stays(visit, ten, dr_chen, start):
    said = Attendance(Status.ATTENDED, 4)
    record_attendance(appointment=visit, said=said, actor=dr_chen.user, now=ten + 5 * MINUTE)
    start(now=ten + 9 * MINUTE)
    visit.refresh_from_db()
    assert (Attendance.of(visit), visit.changes.count()) == (said, 1)


def test_the_next_one_ends_who_is_inside(visit, ten, start, happened, clinic):
    after = AppointmentFactory(clinic=clinic, starts_at=ten + 30 * MINUTE)
    start(now=ten)
    start(now=ten + 31 * MINUTE, visit=after)
    assert VisitDay.objects.get(appointment=visit).finished_at == ten + 31 * MINUTE
    assert VisitDay.objects.get(appointment=after).stage == Stage.INSIDE
    assert happened(visit)[-1] == "visit_day.finished"


def test_what_was_left_open_yesterday_ended_with_its_time(visit, ten, start, clinic):
    tomorrow = AppointmentFactory(clinic=clinic, starts_at=ten + 24 * HOUR)
    start(now=ten)
    start(now=ten + 24 * HOUR, visit=tomorrow)
    assert VisitDay.objects.get(appointment=visit).finished_at == visit.ends_at


def test_nobody_is_done_who_was_not_inside(visit, ten, here, dr_chen):
    here(now=ten)
    with pytest.raises(refusals.NotInside):
        finish_consultation(appointment=visit, actor=dr_chen.user, now=ten)


def test_codes_of_a_day_are_all_different(clinic, now, monkeypatch):
    """Two letters' worth of visits: drawn again until it is free."""
    monkeypatch.setattr("appointments.services.days.LETTERS", "A")
    monkeypatch.setattr("appointments.services.days.TRIES", 2000)
    for minutes in range(60):
        visit = AppointmentFactory(
            clinic=clinic, starts_at=now + minutes * MINUTE, ends_at=now + (minutes + 1) * MINUTE
        )
        check_in(appointment=visit, said_by=SaidBy.DESK, actor=None, now=now)
    assert len(set(VisitDay.objects.values_list("code", flat=True))) == 60


def test_without_any_code_left_nothing_happens(visit, ten, here, clinic, monkeypatch):
    monkeypatch.setattr("appointments.services.days.LETTERS", "A")
    monkeypatch.setattr("appointments.services.days.secrets.randbelow", lambda _n: 1)
    here(now=ten)
    other = AppointmentFactory(clinic=clinic, starts_at=ten + HOUR)
    with pytest.raises(refusals.ServiceBusy):
        here(now=ten, visit=other)
    assert VisitDay.objects.get().code == "A-11"


# Back ---------------------------------------------------------------------------


def test_desk_takes_back_step_by_step(visit, ten, alice, here, start, back, dr_chen):
    on_the_way(visit, alice, ten - HOUR)
    here(now=ten)
    start(now=ten)
    finish_consultation(appointment=visit, actor=dr_chen.user, now=ten + MINUTE)
    code = VisitDay.objects.get().code
    seen = []
    for was in (Stage.DONE, Stage.INSIDE, Stage.WAITING, Stage.ON_THE_WAY):
        for _twice in range(2):
            back(was, now=ten + 2 * MINUTE)
        seen.append(VisitDay.objects.get().stage)
    assert seen == [Stage.INSIDE, Stage.WAITING, Stage.ON_THE_WAY, Stage.EXPECTED]
    assert VisitDay.objects.get().code == code


def test_what_going_in_recorded_goes_with_it(visit, ten, start, back):
    start(now=ten)
    back(Stage.INSIDE, now=ten + MINUTE)
    visit.refresh_from_db()
    assert (visit.status, VisitDay.objects.get().stage) == (Status.BOOKED, Stage.WAITING)
    assert [line.kind for line in visit.changes.order_by("id")] == ["attended", "unrecorded"]


def test_what_is_over_stays_recorded(visit, ten, start, back):
    """The rule of attendance: after the visit's end somebody says who came, or did not."""
    start(now=ten)
    back(Stage.INSIDE, now=visit.ends_at)
    visit.refresh_from_db()
    assert (visit.status, VisitDay.objects.get().stage) == (Status.ATTENDED, Stage.WAITING)


def test_what_somebody_recorded_by_hand_stays(visit, ten, start, back, dr_chen):
    came = Attendance(Status.ATTENDED)
    record_attendance(appointment=visit, said=came, actor=dr_chen.user, now=ten - MINUTE)
    start(now=ten)
    back(Stage.INSIDE, now=ten + MINUTE)
    visit.refresh_from_db()
    assert visit.status == Status.ATTENDED


def test_an_old_page_takes_nothing_else_back(visit, ten, here, start, back):
    here(now=ten)
    start(now=ten)
    with pytest.raises(refusals.DayChanged):
        back(Stage.WAITING, now=ten)
    with pytest.raises(refusals.DayChanged):
        back(Stage.EXPECTED, now=ten)
    assert VisitDay.objects.get().stage == Stage.INSIDE


def test_nobody_comes_back_in_while_another_is_there(visit, ten, start, back, clinic):
    after = AppointmentFactory(clinic=clinic, starts_at=ten + 30 * MINUTE)
    start(now=ten)
    start(now=ten + MINUTE, visit=after)
    with pytest.raises(refusals.SomebodyInside):
        back(Stage.DONE, now=ten + MINUTE)
    assert VisitDay.objects.get(appointment=visit).stage == Stage.DONE


def test_patient_takes_back_what_they_said_just_now(visit, ten, alice, here, back):
    on_the_way(visit, alice, ten - HOUR)
    back(Stage.ON_THE_WAY, now=ten - HOUR + 9 * MINUTE, said_by=SaidBy.PATIENT)
    here(now=ten)
    back(Stage.WAITING, now=ten + 9 * MINUTE, said_by=SaidBy.PATIENT)
    assert VisitDay.objects.get().stage == Stage.EXPECTED


def test_patient_takes_back_nothing_old_nor_the_desks(visit, ten, alice, here, back, start):
    here(now=ten)
    with pytest.raises(refusals.TooLateToTakeBack):
        back(Stage.WAITING, now=ten + 10 * MINUTE, said_by=SaidBy.PATIENT)
    back(Stage.WAITING, now=ten)
    here(now=ten, said_by=SaidBy.DESK)
    with pytest.raises(refusals.TooLateToTakeBack):
        back(Stage.WAITING, now=ten, said_by=SaidBy.PATIENT)
    start(now=ten)
    with pytest.raises(refusals.TooLateToTakeBack):
        back(Stage.INSIDE, now=ten, said_by=SaidBy.PATIENT)
