"""Stretches of time laid out as days and rows: pure arithmetic, no database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.grid import Canvas, Column, days_from
from portal.stretches import Kind, Stretch

QUITO = ZoneInfo("America/Guayaquil")
MONDAY = date(2026, 11, 23)
NIGHT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def second(day, hour, minute=0, zone=QUITO):
    at = datetime(day.year, day.month, day.day, tzinfo=zone)
    return int((at.replace(hour=hour % 24, minute=minute)).timestamp()) + hour // 24 * 86_400


def stretch(kind, start, end, day=MONDAY, zone=QUITO, **more):
    return Stretch(kind, second(day, *start, zone=zone), second(day, *end, zone=zone), **more)


def grid(*stretches, days=1, now=NIGHT, zone=QUITO, first=MONDAY, hidden=()):
    return Canvas(days_from(first, days), zone).paint(stretches).grid(now, hidden)


def seen(column: Column):
    return [(str(c.kind), c.start, c.end) for c in column.cells]


def test_day_without_anything_shows_usual_hours():
    assert seen(grid().columns[0]) == [("closed", 480, 1080)]


def test_cells_are_joined_and_cut():
    morning = [stretch(Kind.FREE, (9, m), (9, m + 30) if m < 30 else (10,)) for m in (0, 30)]
    shown = grid(*morning, stretch(Kind.VISIT, (9, 10), (9, 40)))
    assert seen(shown.columns[0]) == [
        ("free", 540, 550), ("visit", 550, 580), ("free", 580, 600)
    ]  # fmt: skip


def test_rows_begin_at_every_cell_and_hour_and_cells_span_them():
    shown = grid(
        stretch(Kind.OPEN, (9,), (11,)),
        stretch(Kind.VISIT, (9, 20), (10, 20), day=MONDAY + timedelta(days=1)),
        days=2,
    )
    assert [row.start for row in shown.rows] == [540, 560, 600, 620]
    assert [row.minutes for row in shown.rows] == [20, 40, 20, 40]
    assert [[(str(c.kind), c.rows) for c in row.cells] for row in shown.rows] == [
        [("open", 4), ("closed", 1)], [("visit", 2)], [], [("closed", 1)]
    ]  # fmt: skip


def test_visit_over_midnight_stands_in_both_days():
    shown = grid(stretch(Kind.VISIT, (23, 30), (24, 30)), days=2)
    assert seen(shown.columns[0])[-1] == ("visit", 1410, 1440)
    assert seen(shown.columns[1])[0] == ("visit", 0, 30)


def test_visit_that_begins_the_day_before_is_not_lost():
    shown = grid(stretch(Kind.VISIT, (23,), (25,), day=MONDAY - timedelta(days=1)))
    assert seen(shown.columns[0]) == [("visit", 0, 60)]


def test_visits_of_the_same_five_minutes_are_said_together():
    first = stretch(Kind.VISIT, (9, 1), (9, 3))
    second_one = stretch(Kind.VISIT, (9, 3), (9, 5))
    (cell,) = [c for c in grid(first, second_one).columns[0].cells if c.kind is Kind.VISIT]
    assert (cell.stretch, cell.also) == (second_one, (first,))


def test_free_times_of_two_clinics_share_a_cell():
    one, other = (stretch(Kind.FREE, (9,), (9, 30)) for _ in range(2))
    (cell, _rest) = grid(one, other).columns[0].cells
    assert (cell.stretch, cell.stretch.others) == (one, (other,))


def test_closure_of_a_clinic_leaves_what_another_offers():
    shown = grid(stretch(Kind.FREE, (9,), (10,)), stretch(Kind.BLOCKED, (9,), (11,)))
    assert seen(shown.columns[0]) == [("free", 540, 600), ("blocked", 600, 660)]


def test_absence_takes_all_but_visits_and_does_not_paint_the_night():
    shown = grid(
        stretch(Kind.FREE, (9,), (10,)),
        stretch(Kind.OPEN, (15,), (16,)),
        stretch(Kind.AWAY, (0,), (24,)),
        stretch(Kind.VISIT, (9, 30), (10,)),
    )
    assert seen(shown.columns[0]) == [
        ("away", 540, 570), ("visit", 570, 600), ("closed", 600, 900), ("away", 900, 960)
    ]  # fmt: skip


def test_absence_of_a_day_without_hours_is_shown():
    assert seen(grid(stretch(Kind.AWAY, (9,), (10,))).columns[0])[1] == ("away", 540, 600)


def test_empty_weekend_is_left_out_but_not_today():
    days = days_from(MONDAY, 7)
    shown = grid(stretch(Kind.OPEN, (9,), (10,)), days=7, hidden=days[5:])
    assert [c.day for c in shown.columns] == days[:5]
    saturday = datetime(2026, 11, 28, 15, tzinfo=UTC)
    shown = grid(stretch(Kind.OPEN, (9,), (10,)), days=7, hidden=days[5:], now=saturday)
    assert [c.day for c in shown.columns] == days[:6]


def test_now_begins_a_row():
    now = datetime(2026, 11, 23, 14, 37, tzinfo=UTC)
    shown = grid(stretch(Kind.OPEN, (9,), (11,)), now=now)
    assert [(r.start, r.is_now) for r in shown.rows] == [(540, False), (575, True), (600, False)]
    assert not any(r.is_now for r in grid(stretch(Kind.OPEN, (9,), (11,)), days=1).rows)


def test_reversed_stretch_means_nothing():
    assert seen(grid(stretch(Kind.VISIT, (10,), (9,))).columns[0]) == [("closed", 480, 1080)]


@pytest.mark.parametrize("hours", [((0, 30), (1, 30)), ((1, 30), (3, 0)), ((2, 30), (2, 45))])
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_days_of_23_and_25_hours_keep_their_shape(day, hours):
    """Madrid: an hour is skipped in March and comes twice in October."""
    madrid = ZoneInfo("Europe/Madrid")
    shown = grid(stretch(Kind.VISIT, *hours, day=day, zone=madrid), zone=madrid, first=day)
    kinds = [kind for kind, _start, _end in seen(shown.columns[0])]
    assert kinds.count("visit") == 1


def test_hour_that_comes_twice_is_shown_once():
    madrid, start = ZoneInfo("Europe/Madrid"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    at = int(start.timestamp())
    shown = grid(Stretch(Kind.VISIT, at, at + 3600), zone=madrid, first=date(2026, 10, 25))
    assert ("visit", 150, 210) in seen(shown.columns[0])


minutes = st.integers(-60, 3 * 24 * 60)
stretches = st.lists(
    st.builds(
        lambda kind, at, length: Stretch(
            kind, second(MONDAY, 0) + at * 60, second(MONDAY, 0) + (at + length) * 60
        ),
        st.sampled_from([k for k in Kind if k is not Kind.CLOSED]),
        minutes,
        st.integers(0, 600),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(stretches)
def test_any_stretches_make_a_whole_table(found):
    """Every day is covered from the first row to the last, once; nothing that is taken is lost."""
    shown = grid(*found, days=3)
    height = sum(row.minutes for row in shown.rows)
    for column in shown.columns:
        assert sum(cell.end - cell.start for cell in column.cells) == height
        assert sum(cell.rows for cell in column.cells) == len(shown.rows)
    shown_ids = {
        id(part)
        for column in shown.columns
        for cell in column.cells
        for part in (cell.stretch, *cell.also)
    }
    low, high = second(MONDAY, 0), second(MONDAY + timedelta(days=3), 0)
    for part in found:
        is_taken = part.kind in (Kind.VISIT, Kind.REQUEST, Kind.HELD, Kind.BUSY)
        if is_taken and part.start < part.end and part.start < high and part.end > low:
            assert id(part) in shown_ids
