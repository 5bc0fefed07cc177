"""A consultorio's week in words. Pure shaping, no queries."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from clinics.enums import Weekday
from clinics.timetables import Window


def week_in_words(windows: Iterable[Window]) -> list[str]:
    """«lunes a viernes: 9:00–13:00, 15:00–18:00», days with the same hours together."""
    ordered = sorted(windows, key=lambda w: (w.weekday, w.starts_minute))
    by_day = {day: _hours(group) for day, group in groupby(ordered, key=lambda w: w.weekday)}
    runs: list[tuple[list[int], str]] = []
    for day, hours in by_day.items():
        if runs and runs[-1][1] == hours and runs[-1][0][-1] == day - 1:
            runs[-1][0].append(day)
        else:
            runs.append(([day], hours))
    return [f"{_days(days)}: {hours}" for days, hours in runs]


def _hours(windows: Iterable[Window]) -> str:
    return ", ".join(f"{minute(w.starts_minute)}–{minute(w.ends_minute)}" for w in windows)


def _days(days: Sequence[int]) -> str:
    first, last = (str(Weekday(day).label) for day in (days[0], days[-1]))
    if len(days) == 1:
        return first
    words = _("%(first)s y %(last)s") if len(days) == 2 else _("%(first)s a %(last)s")
    return words % {"first": first, "last": last}


def minute(minutes: int) -> str:
    """«9:00», as pages show it; «24:00» is an end."""
    return f"{minutes // 60}:{minutes % 60:02d}"
