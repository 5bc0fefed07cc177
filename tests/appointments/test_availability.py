"""Rules 1 to 4 of docs/availability.md, hours and grid, each with an answer worked out by hand."""

import pytest

from tests.appointments.asking import MONDAY, SATURDAY, SUNDAY, ask, closed, extra, monday, times

# 1. Local to UTC -----------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "count", "first", "last"),
    [
        ("2026-03-29", 10, "2026-03-28T23:00:00Z", "2026-03-29T03:30:00Z"),
        ("2026-10-25", 14, "2026-10-24T22:00:00Z", "2026-10-25T04:30:00Z"),
    ],
)
def test_the_example_of_the_contract_in_madrid(date, count, first, last):
    starts = ask(
        f"{date[:8]}01T00:00:00Z",
        f"{date[:8]}31T00:00:00Z",
        (SUNDAY, "00:00", "06:00"),
        tz="Europe/Madrid",
        exceptions=[closed(f"{date[:8]}{day:02d}") for day in range(1, 32) if day != int(date[8:])],
    )
    assert (len(starts), starts[0], starts[-1]) == (count, first, last)


def test_a_window_that_begins_at_a_repeated_time_begins_at_its_first_occurrence():
    starts = ask(
        "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z",
        (SUNDAY, "01:30", "02:30"), tz="America/New_York",
    )  # fmt: skip
    assert starts == [
        "2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z", "2026-11-01T06:30:00Z",
        "2026-11-01T07:00:00Z",
    ]  # fmt: skip


def test_a_window_that_ends_at_a_repeated_time_ends_at_its_first_occurrence():
    starts = ask(
        "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z",
        (SUNDAY, "00:30", "01:30"), tz="America/New_York",
    )  # fmt: skip
    assert starts == ["2026-11-01T04:30:00Z", "2026-11-01T05:00:00Z"]


def test_a_skipped_time_is_moved_forward_by_the_gap():
    starts = ask(
        "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z",
        (SUNDAY, "02:30", "04:00"), tz="America/New_York",
    )  # fmt: skip
    assert starts == ["2026-03-08T07:30:00Z"]  # 03:30 to 04:00 of the summer clock


def test_a_window_whose_end_is_not_after_its_start_once_converted_is_empty():
    starts = ask(
        "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z",
        (SUNDAY, "02:30", "03:15"), tz="America/New_York",
    )  # fmt: skip
    assert starts == []


def test_midnight_that_never_comes_in_santiago():
    starts = ask(
        "2026-09-05T12:00:00Z", "2026-09-06T12:00:00Z",
        (SUNDAY, "00:00", "02:00"), tz="America/Santiago",
    )  # fmt: skip
    assert starts == ["2026-09-06T04:00:00Z", "2026-09-06T04:30:00Z"]


def test_the_last_hour_of_saturday_comes_twice_in_santiago():
    starts = ask(
        "2026-04-04T12:00:00Z", "2026-04-05T12:00:00Z",
        (SATURDAY, "23:00", "24:00"), tz="America/Santiago", slot_minutes=60,
    )  # fmt: skip
    assert starts == ["2026-04-05T02:00:00Z", "2026-04-05T03:00:00Z"]


def test_half_an_hour_is_repeated_in_lord_howe():
    starts = ask(
        "2026-04-04T12:00:00Z", "2026-04-05T12:00:00Z",
        (SUNDAY, "01:00", "02:00"), tz="Australia/Lord_Howe",
    )  # fmt: skip
    # 01:30-02:00 comes twice; the end is 02:00, which comes once, after both.
    assert starts == ["2026-04-04T14:00:00Z", "2026-04-04T14:30:00Z", "2026-04-04T15:00:00Z"]


def test_offsets_with_seconds_are_kept():
    starts = ask(
        "1971-06-07T00:00:00Z", "1971-06-08T00:00:00Z",
        (MONDAY, "09:00", "09:30"), tz="Africa/Monrovia", now="1970-01-01T00:00:00Z",
    )  # fmt: skip
    assert starts == ["1971-06-07T09:44:30Z"]


# 2. Past midnight ----------------------------------------------------------


def test_an_end_before_the_start_is_on_the_next_date():
    assert monday((MONDAY, "23:00", "01:00")) == ["23:00", "23:30"]
    assert monday((SUNDAY, "23:00", "01:00")) == ["00:00", "00:30"]


def test_an_end_at_the_start_is_an_empty_window():
    assert monday((MONDAY, "09:00", "09:00"), (MONDAY, "00:00", "00:00")) == []


def test_2359_is_a_minute_before_midnight():
    assert monday((MONDAY, "23:00", "23:59")) == ["23:00"]
    assert monday((MONDAY, "23:00", "24:00")) == ["23:00", "23:30"]
    assert monday((MONDAY, "23:00", "00:00")) == ["23:00", "23:30"]


def test_2359_and_midnight_are_not_joined():
    found = monday((SUNDAY, "23:00", "23:59"), (MONDAY, "00:00", "01:00"), slot_minutes=45)
    assert found == ["00:00"]


# 3. Joining ----------------------------------------------------------------


def test_windows_that_touch_or_overlap_are_one():
    touching = monday((MONDAY, "09:00", "09:40"), (MONDAY, "09:40", "10:20"))
    overlapping = monday((MONDAY, "09:00", "10:00"), (MONDAY, "09:10", "10:20"))
    inside = monday((MONDAY, "09:00", "10:20"), (MONDAY, "09:10", "09:20"))
    assert touching == overlapping == inside == ["09:00", "09:30"]


def test_windows_one_minute_apart_are_apart():
    assert monday((MONDAY, "09:00", "09:40"), (MONDAY, "09:41", "10:20")) == ["09:00", "09:41"]


def test_windows_join_across_midnight():
    found = monday((SUNDAY, "23:10", "24:00"), (MONDAY, "00:00", "01:00"))
    assert found == ["00:10"]


def test_weekly_and_extra_hours_join():
    found = monday((MONDAY, "09:00", "09:50"), exceptions=[extra("2026-11-23", "09:50", "10:10")])
    assert found == ["09:00", "09:30"]


# 4. Grid -------------------------------------------------------------------


def test_nothing_but_the_hours_moves_the_grid():
    moved = monday(
        (MONDAY, "09:05", "12:00"),
        busy=[["2026-11-23T14:00:00Z", "2026-11-23T14:20:00Z"]],  # 09:00-09:20
        exceptions=[closed("2026-11-23", "10:00", "10:10")],
        now="2026-11-23T14:21:07Z",
        min_notice_minutes=1,
    )
    assert moved == ["10:35", "11:05"]


def test_the_query_does_not_move_the_grid():
    found = ask("2026-11-23T14:01:00Z", "2026-11-23T15:31:00Z", (MONDAY, "09:00", "17:00"))
    assert times(found, "America/Guayaquil") == ["09:30", "10:00", "10:30"]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2026-11-23T14:30:00Z", "2026-11-23T15:00:00Z", ["09:30"]),
        ("2026-11-23T14:30:01Z", "2026-11-23T15:00:01Z", ["10:00"]),
        ("2026-11-23T14:30:00.001Z", "2026-11-23T15:00:00.001Z", ["10:00"]),
    ],
)
def test_the_query_takes_its_beginning_and_leaves_its_end(since, until, found):
    assert times(ask(since, until, (MONDAY, "09:00", "17:00")), "America/Guayaquil") == found


def test_an_hour_that_happens_twice_is_offered_twice():
    starts = ask(
        "2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z",
        (SUNDAY, "01:30", "03:30"), tz="Europe/Madrid", slot_minutes=60,
    )  # fmt: skip
    assert times(starts, "Europe/Madrid") == ["01:30", "02:30", "02:30"]


def test_a_step_shorter_or_longer_than_the_visit():
    shorter = monday((MONDAY, "09:00", "09:55"), step_minutes=10)
    assert shorter == ["09:00", "09:10", "09:20"]
    longer = monday((MONDAY, "09:00", "11:00"), step_minutes=45)
    assert longer == ["09:00", "09:45", "10:30"]


def test_the_grid_is_counted_from_the_beginning_of_nine_days_of_open_doors():
    days = [extra(f"2026-11-{day}", "00:00", "24:00") for day in range(15, 24)]
    days[0] = extra("2026-11-15", "00:07", "24:00")
    found = monday(exceptions=days, slot_minutes=60, step_minutes=1000)
    # 8 days are 11,520 minutes: 11,993 more would be 12 steps of 1,000 from 00:07 of the 15th.
    assert found == ["08:07"]
