"""The times that a week of a consultorio would offer. Pure shaping, no queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from appointments.availability import Weekly, free_starts
from appointments.pickers import by_local_day
from appointments.queries import office_of
from clinics.models import Clinic
from clinics.timetables import Window

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
        weekly=tuple(Weekly(*window) for window in windows),
        exceptions=(),
        min_notice_minutes=0,
        horizon_days=None,
    )
    times = free_starts(office, busy=[], now=since, since=since, until=until)
    found = by_local_day(times, zone)
    return [DayPreview(day, [t.astimezone(zone) for t in found.get(day, [])]) for day in days]
