"""Who is offered what, in which order, until when: examples by hand, and properties."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.waiting import (
    LEAST_AHEAD,
    LONGEST,
    SHORTEST,
    Circumstances,
    Time,
    Wish,
    choose,
    held_until,
    in_order,
    may_meet,
    offered_at,
    place_of,
    places_of,
    why_not,
)
from appointments.waiting_enums import Skip
from core.nights import is_quiet
from tests.conftest import NOW

QUITO, TOKYO = ZoneInfo("America/Guayaquil"), ZoneInfo("Asia/Tokyo")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HALF = 30 * MINUTE
# Wednesday 25 November 2026, 9:00 in Quito.
AT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def wish(n=1, **changes):
    usual = {"entry_id": n, "patient_id": n, "joined_at": NOW + n * MINUTE, "zone": QUITO,
             "until_date": date(2026, 12, 31)}  # fmt: skip
    return Wish(**(usual | changes))


def time(at=AT, **changes):
    usual = {"clinic_id": 7, "zone": QUITO, "starts_at": at, "ends_at": at + HALF}
    return Time(**(usual | changes))


@pytest.mark.parametrize(
    ("changes", "skip"),
    [
        ({}, None),
        ({"clinics": frozenset({7, 8})}, None),
        ({"clinics": frozenset({8})}, Skip.CLINIC),
        ({"weekdays": frozenset({3})}, None),
        ({"weekdays": frozenset({1, 2})}, Skip.WEEKDAY),
        ({"from_minute": 540, "until_minute": 570}, None),
        ({"from_minute": 541}, Skip.HOURS),
        ({"until_minute": 569}, Skip.HOURS),
        ({"until_date": date(2026, 11, 25)}, None),
        ({"until_date": date(2026, 11, 24)}, Skip.UNTIL),
        ({"before": AT + MINUTE}, None),
        ({"before": AT}, Skip.NOT_EARLIER),
        ({"notice": AT - NOW - SHORTEST}, None),
        ({"notice": AT - NOW - SHORTEST + MINUTE}, Skip.NOTICE),
    ],
)
def test_rules_of_a_wish(changes, skip):
    assert why_not(wish(**changes), time(), now=NOW) == skip


@pytest.mark.parametrize(
    ("ahead", "length"),
    [
        (3 * HOUR - MINUTE, 15 * MINUTE),
        (3 * HOUR, HOUR),
        (24 * HOUR, 4 * HOUR),
        (72 * HOUR, 12 * HOUR),
        (60 * 24 * HOUR, 12 * HOUR),
    ],
)
def test_the_sooner_the_visit_the_shorter_the_offer(ahead, length):
    assert held_until(NOW + ahead, timedelta(), now=NOW) == NOW + length


def test_offer_ends_when_the_notice_begins():
    assert held_until(NOW + 2 * HOUR, 110 * MINUTE, now=NOW) == NOW + 10 * MINUTE
    assert held_until(NOW + 2 * HOUR, 111 * MINUTE, now=NOW) is None
    assert held_until(NOW + 20 * MINUTE, timedelta(), now=NOW) is None


MONDAY_EVENING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 20:00 in Quito


@pytest.mark.parametrize(
    ("now", "at", "rings_at"),
    [
        (NOW, AT, NOW),
        # Not an hour of the evening is left.
        (MONDAY_EVENING, AT, MONDAY_EVENING + 12 * HOUR),
        (MONDAY_EVENING - MINUTE, AT, MONDAY_EVENING - MINUTE),
        (MONDAY_EVENING + 3 * HOUR, AT, MONDAY_EVENING + 12 * HOUR),
        # After midnight it is the coming day's visits that cannot wait.
        (MONDAY_EVENING + 5 * HOUR, AT, MONDAY_EVENING + 12 * HOUR),
        (MONDAY_EVENING + 3 * HOUR, AT - 24 * HOUR, MONDAY_EVENING + 3 * HOUR),
        (MONDAY_EVENING + 5 * HOUR, AT - 24 * HOUR, MONDAY_EVENING + 5 * HOUR),
    ],
)
def test_night(now, at, rings_at):
    assert offered_at(wish(), time(at), now=now) == rings_at


def test_place_counts_those_before_whom_the_same_time_could_fit():
    line = [wish(1), wish(2, weekdays=frozenset({1})), wish(3, from_minute=720), wish(5)]
    mine = wish(4, weekdays=frozenset({3}), until_minute=720)
    assert place_of(mine, [*line, mine]) == 2
    assert not may_meet(line[1], mine)
    assert not may_meet(line[2], mine)


def test_nobody_jumps_the_line_of_whoever_sleeps():
    night = MONDAY_EVENING + 3 * HOUR
    line = [wish(1), wish(2, zone=TOKYO)]
    choice = choose(time(), line, Circumstances(), now=night)
    assert (choice.chosen, choice.skips) == (None, {"asleep": 1})
    assert choice.wakes_at == MONDAY_EVENING + 12 * HOUR


@pytest.mark.parametrize(
    ("known", "skip"),
    [
        ({"gone": frozenset({1})}, Skip.GONE),
        ({"answered": frozenset({1})}, Skip.ANSWERED),
        ({"busy": frozenset({1})}, Skip.BUSY),
        ({"by_phone": frozenset({1})}, Skip.BY_PHONE),
        ({"with_offer": frozenset({1})}, Skip.HAS_OFFER),
    ],
)
def test_circumstances_pass_over_one_and_say_why(known, skip):
    choice = choose(time(), [wish(1), wish(2)], Circumstances(**known), now=NOW)
    assert (choice.chosen, choice.skips) == (wish(2), {skip.value: 1})


minutes = st.integers(0, 1440)
wishes = st.builds(
    Wish,
    entry_id=st.integers(1, 40),
    patient_id=st.integers(1, 40),
    joined_at=st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 23)).map(
        lambda at: at.replace(tzinfo=UTC)
    ),
    zone=st.sampled_from([QUITO, TOKYO]),
    until_date=st.dates(date(2026, 11, 20), date(2026, 12, 20)),
    clinics=st.frozensets(st.sampled_from([7, 8]), max_size=2),
    weekdays=st.frozensets(st.integers(1, 7), max_size=7),
    from_minute=st.integers(0, 700),
    until_minute=st.integers(701, 1440),
    notice=st.integers(0, 3000).map(lambda n: n * MINUTE),
    before=st.none() | st.just(AT + 24 * HOUR),
)
moments = st.integers(0, 40 * 24 * 60).map(lambda n: NOW + n * MINUTE)
known = st.builds(
    Circumstances,
    answered=st.frozensets(st.integers(1, 40), max_size=10),
    with_offer=st.frozensets(st.integers(1, 40), max_size=10),
)


@given(st.lists(wishes, max_size=12, unique_by=lambda w: w.entry_id), known, moments, moments)
def test_chosen_is_the_first_whom_it_fits_and_has_time_to_answer(line, known, at, now):
    freed = time(at)
    choice = choose(freed, line, known, now=now)
    fitting = [
        w for w in in_order(line) if why_not(w, freed, now=now) is None and known.of(w) is None
    ]
    if choice.chosen is None:
        assert not fitting or choice.wakes_at == offered_at(fitting[0], freed, now=now) > now
        return
    assert choice.chosen == fitting[0]
    assert now + SHORTEST <= choice.until <= now + LONGEST
    assert choice.until <= at - max(choice.chosen.notice, LEAST_AHEAD)
    is_soon = freed.day <= now.astimezone(QUITO).date() + timedelta(days=1)
    assert is_soon or not is_quiet(now, choice.chosen.zone)


@given(st.lists(wishes, max_size=12, unique_by=lambda w: w.entry_id))
def test_places_follow_the_order(line):
    places = [place_of(w, line) for w in in_order(line)]
    assert all(1 <= place <= n for n, place in enumerate(places, start=1))
    assert places_of(line) == {w.entry_id: place_of(w, line) for w in line}


@given(wishes, wishes, moments)
def test_who_fit_the_same_time_may_meet(one, other, at):
    if why_not(one, time(at), now=NOW) is None and why_not(other, time(at), now=NOW) is None:
        assert may_meet(one, other)
