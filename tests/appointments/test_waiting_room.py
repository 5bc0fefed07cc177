"""The queue of a waiting room, and what may honestly be said of it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appointments.waiting_room import NARROWEST, STEP, Place, Room

TEN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def at(minutes):
    return TEN + timedelta(minutes=minutes)


def place(key, start, arrived=None, started=None, finished=None):
    """Minutes after ten; half an hour each."""
    stages = (None if one is None else at(one) for one in (arrived, started, finished))
    return Place(key, at(start), at(start + 30), *stages)


def said(room):
    """«from, to» in minutes after ten."""
    return {
        key: ((e.earliest - TEN) // timedelta(minutes=1), (e.latest - TEN) // timedelta(minutes=1))
        for key, e in room.estimates().items()
    }


def test_nobody_says_when_before_the_doctor_begins():
    room = Room.of([place(1, 0, arrived=-10), place(2, 30, arrived=-5)], at(20))
    assert (room.has_begun, room.estimates()) == (False, {})
    assert [one.key for one in room.queue] == [1, 2]
    assert room.delay == timedelta(minutes=20)


def test_in_time():
    """Inside since ten, as planned until half past."""
    room = Room.of([place(1, 0, -5, 0), place(2, 30, 5), place(3, 60, 8)], at(10))
    assert room.delay == timedelta(0)
    assert said(room) == {2: (30, 40), 3: (60, 70)}


def test_late_start_moves_everybody():
    room = Room.of([place(1, 0, -5, 20), place(2, 30, 5), place(3, 60, 8)], at(25))
    assert room.delay == timedelta(minutes=20)
    assert said(room) == {2: (50, 60), 3: (80, 90)}


def test_order_is_that_of_the_appointments_not_of_arrivals():
    room = Room.of([place(3, 60, 1), place(2, 30, 9), place(1, 0, -5, 0)], at(10))
    assert [one.key for one in room.queue] == [2, 3]
    assert (room.before(2), room.before(3)) == (0, 1)


def test_who_may_still_come_before_makes_the_range_wider():
    """The one of half past is not there: they may come, or not."""
    there = [place(1, 0, -5, 0), place(3, 60, 8)]
    assert said(Room.of([*there, place(2, 30)], at(50))) == {3: (60, 85)}
    assert said(Room.of([*there, place(2, 30)], at(60))) == {3: (60, 70)}


def test_pace_of_the_day_counts():
    """Two took ten minutes each: the next may be as quick, or as long as planned."""
    over = [place(1, -60, -70, -60, -50), place(2, -30, -40, -30, -20)]
    room = Room.of([*over, place(3, 0, -5, 0), place(4, 5, 1), place(5, 6, 2)], at(2))
    assert room.pace == timedelta(minutes=10)
    assert said(room) == {4: (10, 30), 5: (20, 60)}


def test_one_consultation_is_no_pace():
    assert Room.of([place(1, -30, -40, -30, -20)], at(0)).pace is None


def test_running_over_is_told_as_minutes_from_now():
    room = Room.of([place(1, 0, -5, 0), place(2, 30, 5)], at(47))
    assert said(room) == {2: (50, 60)}
    assert room.delay == timedelta(minutes=15)


def test_patients_own_lateness_is_no_delay():
    """Nobody is inside, nobody waits: the doctor waits for who is expected."""
    room = Room.of([place(1, 0, -5, 0, 25), place(2, 30)], at(45))
    assert room.delay == timedelta(0)


def test_less_than_five_minutes_are_no_delay():
    assert Room.of([place(1, 0, -5)], at(4)).delay == timedelta(0)
    assert Room.of([place(1, 0, -5)], at(9)).delay == timedelta(minutes=5)


# Properties ---------------------------------------------------------------------


@st.composite
def rooms(draw):
    """A day of up to nine visits of any length, in any stage that can be, at any moment of it."""
    now = draw(st.integers(-30, 300))
    places, start = [], 0
    is_inside = False
    for key in range(draw(st.integers(1, 9))):
        start += draw(st.integers(0, 40))
        length = draw(st.integers(5, 90))
        arrived = draw(st.none() | st.integers(start - 60, now)) if start - 60 <= now else None
        started = finished = None
        if arrived is not None:
            started = draw(st.none() | st.integers(arrived, now))
        if started is not None:
            finished = draw(st.none() | st.integers(started, now))
            if finished is None and is_inside:
                finished = now
            is_inside = is_inside or finished is None
        stages = (None if one is None else at(one) for one in (arrived, started, finished))
        places.append(Place(key, at(start), at(start + length), *stages))
    seconds = timedelta(seconds=draw(st.integers(0, 59)))
    return Room.of(places, at(now) + seconds)


@given(rooms())
def test_estimates_are_honest(room):
    told = room.estimates()
    assert set(told) == ({one.key for one in room.queue} if room.has_begun else set())
    last = None
    for one in room.queue if told else ():
        estimate = told[one.key]
        assert estimate.earliest >= room.now
        assert estimate.earliest >= one.starts_at
        assert estimate.latest - estimate.earliest >= NARROWEST
        assert estimate.earliest.minute % 5 == estimate.latest.minute % 5 == 0
        assert estimate.earliest.second == estimate.latest.second == 0
        assert estimate.at == room.now
        if last is not None:
            assert (estimate.earliest, estimate.latest) >= (last.earliest, last.latest)
            assert estimate.latest >= last.latest
        last = estimate


@given(rooms())
def test_one_more_before_never_brings_a_turn_forward(room):
    """Somebody else arrives before the last of the queue."""
    if not room.queue or not room.has_begun:
        return
    last = room.queue[-1]
    before = Place(-1, last.starts_at, last.ends_at, arrived_at=room.now)
    fuller = Room.of([*room.places, before], room.now)
    old, new = room.estimates()[last.key], fuller.estimates()[last.key]
    assert (new.earliest, new.latest) >= (old.earliest, old.latest)
    assert new.latest >= old.latest


@given(rooms())
def test_delay_is_a_number_of_steps(room):
    assert room.delay >= timedelta(0)
    assert room.delay % STEP == timedelta(0)
