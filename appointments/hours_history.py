"""A doctor's hours as they were on a date."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from appointments.availability import Office, Weekly
from appointments.models import HoursVersion
from appointments.occupancy import day_span
from appointments.queries import dated, office_of
from clinics.models import Clinic
from clinics.timetables import SpecialDay, Window


@dataclass(frozen=True)
class Version:
    """`until` (seconds since 1970) is None for what is valid now; closed: nothing was offered."""

    until: int | None
    office: Office
    is_closed: bool


@dataclass(frozen=True)
class Hours:
    """Of one clinic, the oldest version first."""

    clinic: Clinic
    versions: Sequence[Version]

    def on(self, day: date) -> Version:
        """What was valid when the day ended."""
        for version in self.versions:
            if version.until is None or version.until > day_span(version.office.zone, day).end:
                return version
        raise LookupError(day)

    @property
    def opened_on(self) -> date:
        """Before that date there was no such clinic."""
        return self.clinic.created_at.astimezone(ZoneInfo(self.clinic.zone)).date()


def hours_of(clinics: Sequence[Clinic], since: date) -> list[Hours]:
    """Of clinics that came `with_schedule()`, for dates from `since` on. One query."""
    edge = datetime(since.year, since.month, since.day, tzinfo=UTC)
    kept = HoursVersion.objects.filter(clinic__in=[c.pk for c in clinics], until__gt=edge)
    found: dict[int, list[Version]] = defaultdict(list)
    for row in kept.order_by("id"):
        found[row.clinic_id].append(_version(row))
    return [
        Hours(clinic, [*found[clinic.pk], Version(None, office_of(clinic), not clinic.is_active)])
        for clinic in clinics
    ]


def _version(row: HoursVersion) -> Version:
    office = Office(
        zone=ZoneInfo(row.zone),
        weekly=tuple(Weekly(*Window.of(window)) for window in row.week),
        exceptions=dated(SpecialDay.of(day) for day in row.special_days),
    )
    return Version(int(row.until.timestamp()), office, not row.is_active)
