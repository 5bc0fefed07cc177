"""A week with a change that an address proposes: `?abrir=2-780-840` or `?cerrar=2-780-840`, ISO
weekday and minutes of the wall. Nothing is saved by it; what makes no sense changes nothing.
"""

import re
from collections.abc import Mapping, Sequence

from clinics.models import DAY_MINUTES
from clinics.timetables import Window

_SHAPE = re.compile(r"([1-7])-(\d{1,4})-(\d{1,4})", re.ASCII)
OPEN, CLOSE = "abrir", "cerrar"


def proposed(week: Sequence[Window], query: Mapping[str, str]) -> list[Window]:
    more, less = _read(query.get(OPEN, "")), _read(query.get(CLOSE, ""))
    found = list(week)
    if less is not None:
        found = [part for window in found for part in _without(window, less)]
    if more is not None:
        found = _with(found, more)
    return found


def is_proposal(week: Sequence[Window], query: Mapping[str, str]) -> bool:
    return sorted(map(str, proposed(week, query))) != sorted(map(str, week))


def _read(text: str) -> Window | None:
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    weekday, opens, closes = (int(part) for part in match.groups())
    return Window(weekday, opens, closes) if opens < closes <= DAY_MINUTES else None


def _without(window: Window, gone: Window) -> list[Window]:
    """What is left of it; hours past midnight and those of certain dates stay as they are."""
    if window.weekday != gone.weekday or not _is_plain(window):
        return [window]
    parts = [
        window._replace(ends_minute=min(window.ends_minute, gone.starts_minute)),
        window._replace(starts_minute=max(window.starts_minute, gone.ends_minute)),
    ]
    return [part for part in parts if part.starts_minute < part.ends_minute]


def _with(week: Sequence[Window], more: Window) -> list[Window]:
    """Grown together with what it touches."""
    touching = [
        w for w in week
        if w.weekday == more.weekday and _is_plain(w)
        and w.starts_minute <= more.ends_minute and more.starts_minute <= w.ends_minute
    ]  # fmt: skip
    grown = more._replace(
        starts_minute=min([more.starts_minute, *(w.starts_minute for w in touching)]),
        ends_minute=max([more.ends_minute, *(w.ends_minute for w in touching)]),
    )
    return [*(w for w in week if w not in touching), grown]


def _is_plain(window: Window) -> bool:
    is_dated = window.valid_from is not None or window.valid_until is not None
    return window.starts_minute < window.ends_minute and not is_dated
