"""A week in words, and what it would offer."""

from datetime import UTC, date, datetime

import pytest

from clinics.timetables import Window
from clinics.weeks import week_in_words
from portal.weeks import preview_of
from tests.factories import ClinicFactory

NINE_TO_ONE = {"starts_minute": 540, "ends_minute": 780}


def week(*days, **hours):
    return [Window(weekday=day, **(hours or NINE_TO_ONE)) for day in days]


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ([], []),
        (week(3), ["miércoles: 9:00–13:00"]),
        (week(1, 2), ["lunes y martes: 9:00–13:00"]),
        (week(5, 1, 2, 3, 4), ["lunes a viernes: 9:00–13:00"]),
        (week(1, 3), ["lunes: 9:00–13:00", "miércoles: 9:00–13:00"]),
        (
            [*week(1, starts_minute=900, ends_minute=1440), *week(1)],
            ["lunes: 9:00–13:00, 15:00–24:00"],
        ),
    ],
)
def test_week_in_words(windows, words):
    assert week_in_words(windows) == words


@pytest.fixture
def madrid(db):
    return ClinicFactory(zone="Europe/Madrid", hours=[], slot_minutes=60, min_notice_minutes=9999)


def preview(clinic, windows, now):
    return {
        one.day: [f"{time:%H:%M}" for time in one.times]
        for one in preview_of(clinic, windows, now=now)
        if one.times
    }


def test_preview_is_of_the_next_whole_week(madrid):
    """Monday has begun in Madrid when it is still Sunday in UTC."""
    sunday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    windows = week(1, starts_minute=540, ends_minute=660)
    assert preview(madrid, windows, sunday) == {date(2026, 11, 30): ["09:00", "10:00"]}


def test_preview_past_midnight_belongs_to_the_day_of_the_clock(madrid, now):
    windows = week(5, starts_minute=23 * 60, ends_minute=60)
    assert preview(madrid, windows, now) == {
        date(2026, 12, 4): ["23:00"],
        date(2026, 12, 5): ["00:00"],
    }


def test_preview_keeps_to_the_dates_of_a_window(madrid, now):
    windows = [Window(weekday=1, **NINE_TO_ONE, valid_from=date(2026, 12, 1))]
    assert preview(madrid, windows, now) == {}


def test_preview_on_the_day_that_clocks_change(madrid):
    """On 25 October 2026 three o'clock comes twice: an hour more."""
    windows = week(7, starts_minute=0, ends_minute=300)
    october = datetime(2026, 10, 14, 12, 0, tzinfo=UTC)
    assert preview(madrid, windows, october) == {
        date(2026, 10, 25): ["00:00", "01:00", "02:00", "02:00", "03:00", "04:00"]
    }
