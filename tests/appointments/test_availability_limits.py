"""Rules 5 to 9 of docs/availability.md: what closes a time, and why; answers worked out by hand."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from appointments.availability import (
    Obstacle,
    Office,
    Weekly,
    explain,
    free_starts,
    to_busy,
)
from appointments.questions import parse_question
from tests.appointments.asking import (
    MONDAY,
    SATURDAY,
    SUNDAY,
    TUESDAY,
    ask,
    closed,
    extra,
    monday,
    times,
)

# 5. Fit --------------------------------------------------------------------


def test_the_whole_visit_lies_in_the_window():
    assert monday((MONDAY, "09:00", "09:59")) == ["09:00"]
    assert monday((MONDAY, "09:00", "09:29")) == []
    assert monday((MONDAY, "09:00", "09:30")) == ["09:00"]


def test_a_visit_longer_than_a_day_needs_one_joined_window():
    windows = [(day, "00:00", "24:00") for day in (MONDAY, TUESDAY)]
    assert monday(*windows, slot_minutes=2880) == ["00:00"]
    assert monday(*windows, slot_minutes=2881) == []


def test_a_visit_of_four_days_fits_in_extra_days_far_after_the_query():
    days = [extra(f"2026-11-{day}", "00:00", "24:00") for day in range(23, 28)]
    assert monday(exceptions=days, slot_minutes=4 * 1440, step_minutes=720) == ["00:00", "12:00"]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2026-11-23T13:00:00Z", "2026-11-23T14:00:00Z", ["09:00", "09:30"]),
        ("2026-11-23T13:00:00Z", "2026-11-23T14:00:01Z", ["09:30"]),
        ("2026-11-23T15:00:00Z", "2026-11-23T16:00:00Z", ["09:00", "09:30"]),
        ("2026-11-23T14:59:59Z", "2026-11-23T16:00:00Z", ["09:00"]),
        ("2026-11-23T14:30:00Z", "2026-11-23T14:30:01Z", ["09:00"]),
        ("2026-11-23T14:29:59.500Z", "2026-11-23T14:29:59.600Z", ["09:30"]),
        ("2026-11-23T14:10:00Z", "2026-11-23T14:10:00Z", ["09:00", "09:30"]),  # empty
        ("2026-11-23T14:10:00.5Z", "2026-11-23T14:10:00.5Z", ["09:00", "09:30"]),
        ("2026-11-23T14:50:00Z", "2026-11-23T14:10:00Z", ["09:00", "09:30"]),  # reversed
        ("2026-11-23T14:10:00.9Z", "2026-11-23T14:10:00.1Z", ["09:00", "09:30"]),
    ],
)
def test_busy_times_touch_but_do_not_overlap(start, end, found):
    assert monday((MONDAY, "09:00", "10:00"), busy=[[start, end]]) == found


def test_busy_times_in_any_order_and_overlapping():
    busy = [
        ["2026-11-23T16:00:00Z", "2026-11-23T16:30:00Z"],
        ["2026-11-23T14:00:00Z", "2026-11-23T15:30:00Z"],
        ["2026-11-23T14:10:00Z", "2026-11-23T14:20:00Z"],
    ]
    assert monday((MONDAY, "09:00", "12:00"), busy=busy) == ["10:30", "11:30"]


def test_a_block_does_not_cut_the_window_in_two():
    found = monday((MONDAY, "09:00", "11:00"), exceptions=[closed("2026-11-23", "09:40", "09:45")])
    assert found == ["09:00", "10:00", "10:30"]


def test_a_block_over_midnight():
    found = monday(
        (SUNDAY, "22:00", "24:00"), (MONDAY, "00:00", "02:00"),
        exceptions=[closed("2026-11-22", "23:30", "01:00")],
    )  # fmt: skip
    assert found == ["01:00", "01:30"]


def test_a_closed_date_keeps_what_began_the_evening_before():
    windows = [(SUNDAY, "23:00", "01:00"), (MONDAY, "09:00", "10:00"), (MONDAY, "23:30", "02:00")]
    assert monday(*windows, exceptions=[closed("2026-11-23")]) == ["00:00", "00:30"]


def test_closed_and_extra_replace_the_day():
    exceptions = [closed("2026-11-23"), extra("2026-11-23", "15:00", "16:00")]
    assert monday((MONDAY, "09:00", "17:00"), exceptions=exceptions) == ["15:00", "15:30"]


def test_a_block_closes_extra_hours_too():
    exceptions = [extra("2026-11-23", "15:00", "16:30"), closed("2026-11-23", "15:30", "16:00")]
    assert monday(exceptions=exceptions) == ["15:00", "16:00"]


# 6. Buffers ----------------------------------------------------------------


def test_buffers_stay_clear_of_busy_times():
    busy = [["2026-11-23T15:00:00Z", "2026-11-23T15:30:00Z"]]  # 10:00-10:30
    free = monday((MONDAY, "09:00", "12:00"), busy=busy)
    assert free == ["09:00", "09:30", "10:30", "11:00", "11:30"]
    after = monday((MONDAY, "09:00", "12:00"), busy=busy, buffer_after=1)
    assert after == ["09:00", "10:30", "11:00", "11:30"]
    before = monday((MONDAY, "09:00", "12:00"), busy=busy, buffer_before=31)
    assert before == ["09:00", "09:30", "11:30"]
    assert monday((MONDAY, "09:00", "12:00"), busy=busy, buffer_before=30)[2:] == ["11:00", "11:30"]


def test_buffers_may_reach_outside_the_window_and_over_a_block():
    found = monday(
        (MONDAY, "09:00", "10:30"), buffer_before=60, buffer_after=60,
        exceptions=[closed("2026-11-23", "09:30", "10:00")],
    )  # fmt: skip
    assert found == ["09:00", "10:00"]


# 7. Notice -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "notice", "found"),
    [
        ("2026-11-23T14:00:00Z", 0, ["09:00", "09:30"]),
        ("2026-11-23T14:00:01Z", 0, ["09:30"]),
        ("2026-11-23T13:59:59.999Z", 0, ["09:00", "09:30"]),
        ("2026-11-23T14:00:00.001Z", 0, ["09:30"]),
        ("2026-11-23T12:00:00Z", 120, ["09:00", "09:30"]),
        ("2026-11-23T12:00:01Z", 120, ["09:30"]),
        ("2026-11-23T14:13:00Z", 17, ["09:30"]),
    ],
)
def test_notice_counts_to_the_second_and_equality_is_allowed(now, notice, found):
    assert monday((MONDAY, "09:00", "10:00"), now=now, min_notice_minutes=notice) == found


def test_notice_is_in_real_minutes():
    # From 00:30 to 04:30 on the night the clocks go forward are three hours.
    starts = ask(
        "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z", (SUNDAY, "04:00", "05:30"),
        tz="Europe/Madrid", now="2026-03-28T23:30:00Z", min_notice_minutes=180,
    )  # fmt: skip
    assert times(starts, "Europe/Madrid") == ["04:30", "05:00"]


# 8. Horizon ----------------------------------------------------------------


@pytest.mark.parametrize(("days", "dates"), [(0, [23]), (1, [23, 24]), (7, [23, 24, 30])])
def test_the_horizon_is_counted_in_local_dates(days, dates):
    starts = ask(
        "2026-11-23T00:00:00Z", "2026-12-02T05:00:00Z",
        (MONDAY, "22:00", "22:30"), (TUESDAY, "22:00", "22:30"),  # 03:00Z of the next date
        now="2026-11-24T02:00:00Z", horizon_days=days,
    )  # fmt: skip
    local = [datetime.fromisoformat(s).astimezone(ZoneInfo("America/Guayaquil")) for s in starts]
    assert [t.day for t in local] == dates


def test_the_horizon_ends_at_local_midnight_in_the_middle_of_a_window():
    found = ask(
        "2026-11-23T05:00:00Z", "2026-11-25T05:00:00Z", (MONDAY, "23:00", "01:00"),
        now="2026-11-23T12:00:00Z", horizon_days=0,
    )  # fmt: skip
    assert times(found, "America/Guayaquil") == ["23:00", "23:30"]


def test_a_date_that_comes_back_is_still_within_the_horizon():
    # St John's, 7 November 2010: at 00:01 the clock went back to 23:01 of the 6th.
    starts = ask(
        "2010-11-07T02:00:00Z", "2010-11-07T04:00:00Z",
        (SATURDAY, "23:00", "24:00"), (SUNDAY, "00:00", "02:00"),
        tz="America/St_Johns", slot_minutes=15, now="2010-11-06T12:00:00Z", horizon_days=0,
    )  # fmt: skip
    # 00:00 comes twice and is Sunday both times; between them, 23:01-23:59 of Saturday again.
    assert times(starts, "America/St_Johns") == ["23:30", "23:45", "23:15", "23:30", "23:45"]


def test_a_midnight_that_comes_twice_ends_the_horizon_the_first_time():
    # Havana, 1 November 2026: at 01:00 the clock goes back to 00:00.
    starts = ask(
        "2026-11-01T03:00:00Z", "2026-11-01T08:00:00Z", (SATURDAY, "23:00", "04:00"),
        tz="America/Havana", now="2026-10-30T16:00:00Z", horizon_days=1,
    )  # fmt: skip
    assert times(starts, "America/Havana") == ["23:00", "23:30"]


def test_bounds_as_far_as_the_calendar_goes():
    far = {"horizon_days": 10**12, "step_minutes": 10**30, "min_notice_minutes": 0}
    first = ask("0001-01-01T00:00:00Z", "0001-03-01T00:00:00Z", (MONDAY, "09:00", "10:00"),
                tz="Asia/Tokyo", now="0001-01-01T00:00:00Z", **far)  # fmt: skip
    assert (len(first), first[-1][:10]) == (8, "0001-02-25")  # Monday in Tokyo
    last = ask("9999-11-01T00:00:00Z", "9999-12-31T23:59:59Z", (MONDAY, "09:00", "10:00"),
               now="9999-11-01T00:00:00Z", **far)  # fmt: skip
    assert (len(last), last[-1][:10]) == (9, "9999-12-27")
    assert last == ask("9999-11-01T00:00:00Z", "9999-12-31T23:59:59Z", (MONDAY, "09:00", "10:00"),
                       busy=[["0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z"]], **far)  # fmt: skip


def test_numbers_as_large_as_they_come():
    at_the_end = ask("9999-12-01T00:00:00Z", "9999-12-31T00:00:00Z", (MONDAY, "09:00", "12:00"),
                     slot_minutes=10**30)  # fmt: skip
    assert at_the_end == []
    assert monday((MONDAY, "09:00", "12:00"), min_notice_minutes=10**30) == []
    busy = [["2000-01-01T00:00:00Z", "2000-01-01T00:00:01Z"]]
    assert monday((MONDAY, "09:00", "12:00"), busy=busy, buffer_before=10**30) == []


# 9. Out of contract --------------------------------------------------------


@pytest.mark.parametrize(("length", "step"), [(0, None), (-5, None), (30, 0), (30, -1)])
def test_lengths_and_steps_must_be_positive(length, step):
    office = Office(
        zone=ZoneInfo("UTC"), weekly=(Weekly(MONDAY, 540, 600),),
        slot_minutes=length, step_minutes=step,
    )  # fmt: skip
    at = datetime(2026, 11, 23, tzinfo=UTC)
    with pytest.raises(ValueError, match="positive"):
        free_starts(office, busy=[], now=at, since=at, until=at.replace(day=24))


# Why is a time not offered? ------------------------------------------------

EXPLAINED = {
    "2026-11-23T14:00:00Z": [],
    "2026-11-23T14:10:00Z": [Obstacle.OFF_GRID],
    "2026-11-23T14:00:00.5Z": [Obstacle.OFF_GRID],
    "2026-11-23T13:30:00Z": [Obstacle.OUTSIDE_HOURS],
    "2026-11-23T16:30:00Z": [Obstacle.BLOCKED],
    "2026-11-23T17:30:00Z": [Obstacle.BUSY],
    "2026-11-23T17:00:00Z": [Obstacle.BUFFER],
    "2026-11-16T14:00:00Z": [Obstacle.NOTICE],
    "2026-11-20T14:00:00Z": [],  # just now plus the notice
    "2026-11-20T14:15:00Z": [],  # the grid is that of the step
    "2026-12-07T14:00:00Z": [Obstacle.HORIZON],
    "2026-11-30T14:00:00Z": [Obstacle.DAY_CLOSED],
}


@pytest.mark.parametrize(("at", "obstacles"), EXPLAINED.items())
def test_explain_names_the_rule_that_closes_a_time(at, obstacles):
    asked = parse_question(
        {
            "tz": "America/Guayaquil",
            "rules": [{"weekday": MONDAY, "start": "09:00", "end": "13:00"}],
            "step_minutes": 15,
            "exceptions": [
                extra("2026-11-20", "09:00", "10:00"),
                closed("2026-11-23", "11:40", "11:50"),
                closed("2026-11-30"),
            ],
            "slot_minutes": 30,
            "buffer_after": 5,
            "min_notice_minutes": 120,
            "horizon_days": 15,
            "busy": [["2026-11-23T17:30:00Z", "2026-11-23T18:00:00Z"]],
            "now": "2026-11-20T12:00:00Z",
            "query": {"from": "2026-11-16T00:00:00Z", "to": "2026-11-17T00:00:00Z"},
        }
    )
    instant = datetime.fromisoformat(at)
    assert explain(asked.office, instant, busy=asked.busy, now=asked.now) == obstacles


def test_explain_names_every_rule_at_once():
    office = Office(
        zone=ZoneInfo("UTC"), weekly=(Weekly(MONDAY, 540, 600),),
        min_notice_minutes=60, horizon_days=0,
    )  # fmt: skip
    now = datetime(2026, 11, 23, 20, tzinfo=UTC)
    at = datetime(2026, 11, 24, 9, 7, tzinfo=UTC)
    busy = [to_busy(at, at.replace(minute=8))]
    assert explain(office, at, busy=busy, now=now) == [
        Obstacle.OUTSIDE_HOURS, Obstacle.BUSY, Obstacle.HORIZON,
    ]  # fmt: skip
