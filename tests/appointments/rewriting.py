"""A change of a schedule that tests can shape freely: hours, dates, zone, an absence, archiving."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appointments.models import Absence
from clinics.models import Clinic, OpeningHours, ScheduleException


@dataclass(frozen=True)
class Rewrite:
    """What is None stays as it is."""

    clinic: Clinic
    hours: list[tuple] | None = None  # (weekday, starts, ends[, valid_from, valid_until])
    dates: list[tuple] | None = None  # (date, kind, starts, ends)
    zone: str | None = None
    absence: tuple[datetime, datetime] | None = None
    archived_at: datetime | None = None
    refusal: Exception | None = None
    event = "clinic.rewritten"

    @property
    def doctor(self):
        return self.clinic.doctor

    @property
    def subject_id(self):
        return self.clinic.public_id

    def apply(self, *, actor: Any, now: datetime) -> None:
        if self.hours is not None:
            self.clinic.opening_hours.all().delete()
            OpeningHours.objects.bulk_create(window(self.clinic, *row) for row in self.hours)
        if self.dates is not None:
            self.clinic.exceptions.all().delete()
            ScheduleException.objects.bulk_create(dated(self.clinic, *row) for row in self.dates)
        if self.zone is not None:
            Clinic.objects.filter(pk=self.clinic.pk).update(zone=self.zone)
        if self.absence is not None:
            starts_at, ends_at = self.absence
            Absence.objects.create(doctor=self.doctor, starts_at=starts_at, ends_at=ends_at)
        if self.archived_at is not None:
            Clinic.objects.filter(pk=self.clinic.pk).update(
                is_active=False, archived_at=self.archived_at
            )
        if self.refusal is not None:
            raise self.refusal


def window(clinic, weekday, starts, ends, valid_from=None, valid_until=None):
    return OpeningHours(
        clinic=clinic, weekday=weekday, starts_minute=starts, ends_minute=ends,
        valid_from=valid_from, valid_until=valid_until,
    )  # fmt: skip


def dated(clinic, date, kind, starts, ends):
    return ScheduleException(
        clinic=clinic, date=date, kind=kind, starts_minute=starts, ends_minute=ends
    )
