"""A consultorio's week in words, and the times that it would offer. Pure shaping, no queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from appointments.availability import Weekly, free_starts
from appointments.pickers import by_local_day
from appointments.queries import office_of
from clinics.enums import Weekday
from clinics.models import Clinic
from clinics.services.schedule import Window

SHOWN = 3


@dataclass(frozen=True)
class DayPreview:
    """The first times of a day, the last one, and how many there are."""

    day: date
    times: Sequence[datetime]

    @property
    def first(self) -> Sequence[datetime]:
        return self.times[:SHOWN]

    @property
    def last(self) -> datetime | None:
        return self.times[-1] if len(self.times) > SHOWN else None

    @property
    def has_more(self) -> bool:
        return len(self.times) > SHOWN + 1


def today_at(clinic: Clinic, now: datetime) -> date:
    return now.astimezone(ZoneInfo(clinic.zone)).date()


def preview_of(clinic: Clinic, windows: Sequence[Window], *, now: datetime) -> list[DayPreview]:
    """What the next whole week would offer to the first patient, by local day."""
    zone = ZoneInfo(clinic.zone)
    today = today_at(clinic, now)
    monday = today + timedelta(days=7 - today.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    since, until = (
        datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC)
        for d in (monday, monday + timedelta(days=7))
    )
    office = replace(
        office_of(clinic),
        weekly=tuple(Weekly(*vars(window).values()) for window in windows),
        exceptions=(),
        min_notice_minutes=0,
        horizon_days=None,
    )
    times = free_starts(office, busy=[], now=since, since=since, until=until)
    found = by_local_day(times, zone)
    return [DayPreview(day, [t.astimezone(zone) for t in found.get(day, [])]) for day in days]


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
