"""The weekly editor: rows as they are typed, and what the buttons make of them."""

from datetime import date

import pytest

from clinics.forms.week import MOST_ROWS, WeekForm, edited, rows_of, typed_rows, valid_windows
from clinics.timetables import Window

CROSSED = ["Se cruza con otro horario del mismo día."]


def row(day, opens, closes, since="", until=""):
    return {"day": str(day), "opens": opens, "closes": closes, "since": since, "until": until}


def flat(*rows):
    return {f"{part}_{n}": value for n, r in enumerate(rows) for part, value in r.items()}


def form_of(*rows):
    form = WeekForm(flat(*rows))
    form.is_valid()
    return form


def test_week_is_read_and_shown_alike():
    windows = [
        Window(weekday=1, starts_minute=540, ends_minute=780),
        Window(weekday=1, starts_minute=900, ends_minute=1440),
        Window(
            weekday=6, starts_minute=1320, ends_minute=120,
            valid_from=date(2026, 12, 1), valid_until=date(2027, 1, 31),
        ),
    ]  # fmt: skip
    form = WeekForm(flat(*rows_of(reversed(windows))))
    assert form.is_valid(), form.errors
    assert form.windows == windows


def test_midnight_as_an_end_is_the_days_own():
    assert form_of(row(1, "20", "0:00")).windows == [
        Window(weekday=1, starts_minute=1200, ends_minute=1440)
    ]


def test_no_rows_are_a_week_too():
    form = WeekForm({})
    assert form.is_valid()
    assert form.windows == []


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([row(1, "", "13:00")], {"opens_0": ["Complete «lunes, abre»."]}),
        ([row(1, "9", "25")],
         {"closes_0": ["Escriba una hora entre 0:00 y 24:00, por ejemplo 9:30."]}),
        ([row(1, "9", "9")], {"closes_0": ["Escriba una hora de cierre distinta."]}),
        ([row(1, "24:00", "3")], {"opens_0": ["Para empezar a medianoche escriba 0:00."]}),
        ([row(1, "9", "13", "2026-12-02", "2026-12-01")],
         {"until_0": ["La fecha final no puede ser anterior a la inicial."]}),
        ([row(1, "9", "13"), row(1, "12:59", "15")], {"opens_1": CROSSED}),
        ([row(1, "20", "2"), row(1, "23", "23:30")], {"opens_1": CROSSED}),
        ([row(1, "9", "13", until="2026-12-31"), row(1, "9", "13", since="2026-12-31")],
         {"opens_1": CROSSED}),
        ([row(day, "0:00", "24:00") for day in range(1, 8)],
         {"__all__": ["Deje al menos una hora sin atender en la semana."]}),
    ],
)  # fmt: skip
def test_week_refuses(rows, errors):
    assert form_of(*rows).errors == errors


@pytest.mark.parametrize(
    "rows",
    [
        [row(1, "9", "13"), row(1, "13", "15")],
        [row(1, "9", "13"), row(2, "9", "13")],
        [row(1, "9", "13", until="2026-12-30"), row(1, "9", "13", since="2026-12-31")],
        [row(day, "0:00", "24:00") for day in range(1, 7)],
    ],
)
def test_week_takes(rows):
    assert form_of(*rows).errors == {}


def test_rows_may_have_any_numbers():
    data = {"day_7": "1", "opens_7": "9", "closes_7": "13", "opens_3": "lost", "day_4": "8"}
    assert typed_rows(data) == [row(1, "9", "13")]


def test_rows_are_counted():
    many = flat(*[row(1, "9", "10")] * (MOST_ROWS + 5))
    assert len(typed_rows(many)) == MOST_ROWS
    assert len(edited(typed_rows(many), "add:2", [])) == MOST_ROWS


def test_preview_passes_over_rows_that_make_no_sense():
    assert valid_windows([row(1, "9", "13"), row(2, "9", "")]) == [
        Window(weekday=1, starts_minute=540, ends_minute=780)
    ]


MONDAY, NIGHT = row(1, "9", "13"), row(5, "20", "2")


@pytest.mark.parametrize(
    ("act", "copy_to", "after"),
    [
        ("add:3", [], [MONDAY, NIGHT, row(3, "09:00", "13:00")]),
        ("add:1", [], [MONDAY, NIGHT, row(1, "15:00", "18:00")]),
        ("add:5", [], [MONDAY, NIGHT, row(5, "15:00", "18:00")]),
        ("drop:0", [], [NIGHT]),
        ("drop:7", [], [MONDAY, NIGHT]),
        ("copy:1", ["1", "2", "5", "2"], [MONDAY, row(2, "9", "13"), row(5, "9", "13")]),
        ("copy:2", ["1"], [NIGHT]),
        ("copy:1", [], [MONDAY, NIGHT]),
        ("add:8", [], [MONDAY, NIGHT]),
        ("add:" + "9" * 5000, ["x"], [MONDAY, NIGHT]),
        ("preview", [], [MONDAY, NIGHT]),
    ],
)
def test_buttons_edit_the_rows(act, copy_to, after):
    before = [MONDAY, NIGHT]
    assert edited(before, act, copy_to) == after
    assert before == [MONDAY, NIGHT]


@pytest.mark.parametrize(
    "act", ["add:" + "٣", "drop:" + "9" * 5000, "copy:" + "9" * 5000, "drop:x"]
)
def test_focus_of_nonsense_is_nowhere(act):
    assert WeekForm(rows=[MONDAY]).after(act, [MONDAY]).focus_day == 0


def test_focus_goes_on():
    assert WeekForm(rows=[]).after("drop:0", [NIGHT]).focus_day == 5
    assert WeekForm(rows=[MONDAY]).after("copy:1", [MONDAY]).focus_day == 1
    grown = WeekForm(rows=[MONDAY, NIGHT]).after("add:5", [MONDAY])
    assert "autofocus" in str(grown["opens_1"])
    assert "autofocus" not in str(grown["opens_0"])
