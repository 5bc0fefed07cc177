"""What the figures of the last weeks speak for: open more, close, or move hours. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from appointments.figures import Figures
from clinics.models import DAY_MINUTES, Clinic
from clinics.timetables import Window

# A window that was open less often than this tells nothing yet.
LEAST_TIMES = 4
EMPTY, FULL = 35, 90
# Where a clinic as a whole is fuller than this, hours of another one do better there.
WELL_VISITED = 75
MOST = 3
HOUR = 60
OPEN, CLOSE, MOVE = "open", "close", "move"


@dataclass(frozen=True)
class Suggestion:
    """`percent` is how full `window` of `clinic` was; `more` is the hour to open; `to` is the
    clinic where the hours do better, `to_percent` full.
    """

    kind: str
    clinic: Clinic
    window: Window
    percent: int
    minutes: int
    more: Window | None = None
    to: Clinic | None = None
    to_percent: int = 0

    @property
    def address(self) -> str:
        """The hours' editor with the change typed in: nothing is changed by following it."""
        if self.more is not None:
            return _editor(self.clinic, "abrir", self.more)
        return _editor(self.clinic, "cerrar", self.window)

    @property
    def other_address(self) -> str:
        return _editor(self.to, "abrir", self.window) if self.to else ""


def suggestions(
    clinics: Sequence[Clinic], weeks: Mapping[tuple[int, int], "Hours"]
) -> list[Suggestion]:
    """Those with the most minutes at stake first. `weeks`: by clinic and weekday, several in one.
    The clinics come `with_schedule()`.
    """
    active = [clinic for clinic in clinics if clinic.is_active]
    fullness = {clinic.pk: _whole(clinic, weeks) for clinic in active}
    found = []
    for clinic in active:
        for window in clinic.week:
            one = _of_window(clinic, window, weeks, active, fullness)
            if one is not None:
                found.append(one)
    return sorted(found, key=lambda one: -one.minutes)[:MOST]


@dataclass(frozen=True)
class Hours:
    """Minutes by hour of the day, offered and booked."""

    offered: Sequence[int]
    booked: Sequence[int]


def hours_by_weekday(figures: Figures) -> dict[tuple[int, int], Hours]:
    found: dict[tuple[int, int], Hours] = {}
    for key, count in figures.items():
        at = (key.clinic_id, key.weekday)
        before = found.get(at, Hours([0] * 24, [0] * 24))
        found[at] = Hours(
            [a + b for a, b in zip(before.offered, count.offered_hours, strict=True)],
            [a + b for a, b in zip(before.booked, count.booked_hours, strict=True)],
        )
    return found


def _of_window(
    clinic: Clinic,
    window: Window,
    weeks: Mapping[tuple[int, int], Hours],
    active: Sequence[Clinic],
    fullness: Mapping[int, int],
) -> Suggestion | None:
    length = window.ends_minute - window.starts_minute
    hours = weeks.get((clinic.pk, window.weekday))
    # Past midnight, or only for some dates: too rare to speak of.
    if hours is None or length < HOUR or window.valid_from or window.valid_until:
        return None
    spanned = range(window.starts_minute // HOUR, -(-window.ends_minute // HOUR))
    offered, booked = (sum(kind[h] for h in spanned) for kind in (hours.offered, hours.booked))
    if offered < LEAST_TIMES * length:
        return None
    percent = 100 * booked // offered
    if percent <= EMPTY:
        to = _fuller(clinic, window, active, fullness)
        kind, told = (MOVE, fullness[to.pk]) if to else (CLOSE, 0)
        return Suggestion(kind, clinic, window, percent, offered - booked, to=to, to_percent=told)
    more = _hour_after(window)
    if percent >= FULL and more and not _collides(more, active):
        return Suggestion(OPEN, clinic, window, percent, booked, more=more)
    return None


def _whole(clinic: Clinic, weeks: Mapping[tuple[int, int], Hours]) -> int:
    of_clinic = [hours for (pk, _weekday), hours in weeks.items() if pk == clinic.pk]
    offered = sum(sum(hours.offered) for hours in of_clinic)
    return 100 * sum(sum(hours.booked) for hours in of_clinic) // offered if offered else 0


def _fuller(
    clinic: Clinic, window: Window, active: Sequence[Clinic], fullness: Mapping[int, int]
) -> Clinic | None:
    """The fullest other clinic, if it does well and is closed at that time."""
    others = [
        other
        for other in active
        if other != clinic and fullness[other.pk] >= WELL_VISITED and not _meets(window, other.week)
    ]
    return max(others, key=lambda other: fullness[other.pk], default=None)


def _hour_after(window: Window) -> Window | None:
    end = window.ends_minute + HOUR
    return Window(window.weekday, window.ends_minute, end) if end <= DAY_MINUTES else None


def _collides(window: Window, active: Sequence[Clinic]) -> bool:
    return any(_meets(window, clinic.week) for clinic in active)


def _meets(window: Window, week: Iterable[Window]) -> bool:
    """Also those that reach past midnight: their own day is closed to the end."""
    return any(
        other.weekday == window.weekday
        and other.starts_minute < window.ends_minute
        and window.starts_minute
        < (other.ends_minute if other.ends_minute > other.starts_minute else DAY_MINUTES)
        for other in week
    )


def _editor(clinic: Clinic | None, act: str, window: Window) -> str:
    assert clinic is not None
    value = f"{window.weekday}-{window.starts_minute}-{window.ends_minute}"
    query = urlencode({act: value})
    return f"{reverse('portal:hours', args=[clinic.public_id])}?{query}"
