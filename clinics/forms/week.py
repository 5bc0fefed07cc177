"""The weekly editor: rows of wall times by weekday, added and dropped without a script."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from clinics.enums import Weekday
from clinics.models import DATES_BACKWARDS, DAY_MINUTES
from clinics.timetables import Window
from core.forms import ClockField, DayField, Form, teach_manners, wall_time

MOST_ROWS = 42  # six a day
PARTS = ("day", "opens", "closes", "since", "until")
WEEK_MINUTES = 7 * DAY_MINUTES
# What a day usually looks like: offered to a new row, to be changed.
MORNING, AFTERNOON = ("09:00", "13:00"), ("15:00", "18:00")
DAYS = frozenset(str(day.value) for day in Weekday)
TypedRow = dict[str, str]


@dataclass(frozen=True)
class RowFields:
    """One window as its fields; `number` names it to the buttons."""

    number: int
    opens: BoundField
    closes: BoundField
    since: BoundField
    until: BoundField
    day: BoundField

    @property
    def is_dated(self) -> bool:
        return any(f.value() or f.errors for f in (self.since, self.until))


class WeekForm(Form):
    """All windows of a week. Bound to what was typed, or showing `rows` to be edited further."""

    needed_by_choice = frozenset(f"{part}_{n}" for part in PARTS for n in range(MOST_ROWS))
    weekdays = Weekday.choices
    # Where the focus goes after a button: the day whose hours were copied or dropped.
    focus_day = 0

    def __init__(
        self, data: Mapping[str, str] | None = None, *, rows: Sequence[TypedRow] = ()
    ) -> None:
        self.typed = typed_rows(data) if data is not None else list(rows)
        self.windows: list[Window] = []
        flat = _flat(self.typed)
        super().__init__(flat if data is not None else None, initial=flat)
        for number, row in enumerate(self.typed):
            self.fields.update(_fields(number, _weekday(row["day"])))

    def after(self, act: str, before: Sequence[TypedRow]) -> "WeekForm":
        """The rows as a button left them, the focus where one goes on."""
        verb, _colon, which = act.partition(":")
        if verb == "add" and len(self.typed) > len(before):
            fresh = self.fields[f"opens_{len(self.typed) - 1}"]
            fresh.widget.attrs["autofocus"] = True
        elif verb == "drop":
            gone = [row["day"] for number, row in enumerate(before) if str(number) == which]
            self.focus_day = int(gone[0]) if gone else 0
        elif verb == "copy" and which in DAYS:
            self.focus_day = int(which)
        return self

    def days(self) -> Iterator[tuple[Weekday, list[RowFields]]]:
        for weekday in Weekday:
            numbers = [n for n, row in enumerate(self.typed) if _weekday(row["day"]) == weekday]
            yield weekday, [self._row(number) for number in numbers]

    def _row(self, number: int) -> RowFields:
        parts = {part: self[f"{part}_{number}"] for part in PARTS}
        return RowFields(number=number, **parts)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        read = {number: self._window(number, data) for number in range(len(self.typed))}
        found = {number: window for number, window in read.items() if window is not None}
        for (_n, one), (number, other) in combinations(found.items(), 2):
            if _collide(one, other):
                self.add_error(f"opens_{number}", _("Se cruza con otro horario del mismo día."))
        if found and _never_closes(found.values()):
            self.add_error(None, _("Deje al menos una hora sin atender en la semana."))
        self.windows = list(found.values())
        return data

    def _window(self, number: int, data: Mapping[str, Any]) -> Window | None:
        if any(f"{part}_{number}" in self.errors for part in PARTS):
            return None
        day, opens, closes, since, until = [data[f"{part}_{number}"] for part in PARTS]
        # Midnight as an end is the day's own, not the next one's.
        closes = DAY_MINUTES if closes == 0 else closes
        if opens == DAY_MINUTES:
            self.add_error(f"opens_{number}", _("Para empezar a medianoche escriba 0:00."))
        elif opens == closes:
            self.add_error(f"closes_{number}", _("Escriba una hora de cierre distinta."))
        elif since and until and until < since:
            self.add_error(f"until_{number}", DATES_BACKWARDS)
        else:
            return Window(
                weekday=int(day),
                starts_minute=opens,
                ends_minute=closes,
                valid_from=since,
                valid_until=until,
            )
        return None


def valid_windows(rows: Sequence[TypedRow]) -> list[Window]:
    """Those of the typed rows that make sense already."""
    form = WeekForm(_flat(rows))
    form.is_valid()
    return form.windows


def _flat(rows: Sequence[TypedRow]) -> dict[str, str]:
    return {f"{part}_{n}": row[part] for n, row in enumerate(rows) for part in PARTS}


def _fields(number: int, weekday: Weekday) -> dict[str, forms.Field]:
    label = {"day": weekday.label}
    clocks = {"opens": _("%(day)s, abre") % label, "closes": _("%(day)s, cierra") % label}
    dates = {"since": _("Desde"), "until": _("Hasta, inclusive")}
    fields: dict[str, forms.Field] = {
        f"day_{number}": forms.ChoiceField(choices=Weekday.choices, widget=forms.HiddenInput),
        **{f"{p}_{number}": ClockField(label=text) for p, text in clocks.items()},
        **{f"{p}_{number}": DayField(label=text, required=False) for p, text in dates.items()},
    }
    for field in fields.values():
        teach_manners(field)
    return fields


def rows_of(windows: Sequence[Window]) -> list[TypedRow]:
    """As they are typed, in the order of the week."""
    ordered = sorted(windows, key=lambda w: (w.weekday, w.starts_minute, str(w.valid_from)))
    return [
        {
            "day": str(w.weekday),
            "opens": wall_time(w.starts_minute),
            "closes": wall_time(w.ends_minute),
            "since": w.valid_from.isoformat() if w.valid_from else "",
            "until": w.valid_until.isoformat() if w.valid_until else "",
        }
        for w in ordered
    ]


def typed_rows(data: Mapping[str, str]) -> list[TypedRow]:
    """Rows as they came, whatever their numbers; a row without a weekday is none."""
    found = []
    for number in range(MOST_ROWS):
        row = {part: data.get(f"{part}_{number}", "") for part in PARTS}
        if row["day"] in DAYS:
            found.append(row)
    return found


def edited(rows: Sequence[TypedRow], act: str, copy_to: Sequence[str]) -> list[TypedRow]:
    """The rows after a button: `add:<day>`, `drop:<number>`, `copy:<day>`; others change none."""
    verb, _colon, which = act.partition(":")
    if verb == "drop":
        return [row for number, row in enumerate(rows) if str(number) != which]
    if which not in DAYS:
        return list(rows)
    if verb == "add":
        return [*rows, _next_row(rows, which)][:MOST_ROWS]
    if verb == "copy":
        targets = [day for day in dict.fromkeys(copy_to) if day != which]
        kept = [row for row in rows if row["day"] not in targets]
        model = [row for row in rows if row["day"] == which]
        days = [str(day.value) for day in Weekday if str(day.value) in targets]
        return [*kept, *({**row, "day": day} for day in days for row in model)][:MOST_ROWS]
    return list(rows)


def _next_row(rows: Sequence[TypedRow], day: str) -> TypedRow:
    same = [row for row in rows if row["day"] == day]
    if not same:
        opens, closes = MORNING
    elif len(same) == 1 and same[0]["closes"].zfill(5) <= AFTERNOON[0]:
        opens, closes = AFTERNOON
    else:
        opens = closes = ""
    return {"day": day, "opens": opens, "closes": closes, "since": "", "until": ""}


def _weekday(day: str) -> Weekday:
    return Weekday(int(day))


def _end(window: Window) -> int:
    """Minutes from the window's own midnight."""
    past_midnight = window.ends_minute < window.starts_minute
    return window.ends_minute + (DAY_MINUTES if past_midnight else 0)


def _collide(one: Window, other: Window) -> bool:
    """On the same weekday, in dates that both are valid on: what the constraint refuses."""
    in_dates = not (
        (one.valid_until and other.valid_from and one.valid_until < other.valid_from)
        or (other.valid_until and one.valid_from and other.valid_until < one.valid_from)
    )
    return (
        one.weekday == other.weekday
        and in_dates
        and one.starts_minute < _end(other)
        and other.starts_minute < _end(one)
    )


def _never_closes(windows: Any) -> bool:
    """Hours without any pause have no beginning that times could be counted from."""
    covered = [False] * WEEK_MINUTES
    for window in windows:
        first = (window.weekday - 1) * DAY_MINUTES
        for minute in range(first + window.starts_minute, first + _end(window)):
            covered[minute % WEEK_MINUTES] = True
    return all(covered)
