"""A profile as patients will see it, for its doctor before they do. Reads only."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from appointments.pickers import Day, by_local_day
from appointments.queries import free_times
from clinics.models import Clinic
from doctors.models import Doctor
from portal.steps import missing_steps

AHEAD = timedelta(days=14)
DAYS_SHOWN, TIMES_SHOWN = 3, 8


def preview_of(doctor: Doctor, *, now: datetime) -> dict[str, Any]:
    """What the preview shows: clinics, the first free times, and what is still missing."""
    clinics = list(
        Clinic.objects.with_schedule().filter(doctor=doctor, is_active=True).order_by("id")
    )
    chosen = clinics[0] if clinics else None
    return {
        "doctor": Doctor.objects.with_profile().get(pk=doctor.pk),
        "clinics": clinics,
        "clinic": chosen,
        "days": _first_days(chosen, now) if chosen else [],
        "missing": missing_steps(doctor),
    }


def _first_days(clinic: Clinic, now: datetime) -> list[Day]:
    """The times that will be offered once the profile is published: on this copy it is."""
    clinic.doctor.is_published = True
    times = free_times([clinic], now=now, since=now, until=now + AHEAD)[clinic.pk]
    by_day = by_local_day(times, ZoneInfo(clinic.zone))
    return [Day(day, found[:TIMES_SHOWN]) for day, found in by_day.items()][:DAYS_SHOWN]
