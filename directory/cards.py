"""Doctors as results show them: who, where, and real times of the clinic that is free first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, prefetch_related_objects

from appointments.pickers import by_local_day
from appointments.queries import free_times, is_bookable
from appointments.services.indexing import LOOK_AHEAD, PARTS
from clinics.models import Clinic
from directory.filters import Filters, When
from directory.finding import WEEK_DAYS, Hit
from doctors.models import Doctor, DoctorSpecialty

CARD_DAYS = 14
CARD_TIMES = 4
CARD_DAYS_SHOWN = 2
# A date begins this long before it does in UTC, somewhere.
EASTERNMOST = timedelta(hours=14)


@dataclass(frozen=True)
class Card:
    doctor: Doctor
    clinic: Clinic
    days: Sequence[tuple[date, Sequence[datetime]]] = field(default_factory=list)
    next_free: datetime | None = None
    other_clinics: int = 0
    kilometres: float | None = None

    @property
    def is_open(self) -> bool:
        return is_bookable(self.clinic)


def cards_of(hits: Iterable[Hit], filters: Filters, *, now: datetime) -> list[Card]:
    """The cards of one page of hits, in their order; a fixed number of queries."""
    page = {hit.doctor_id: hit for hit in hits}
    doctors = _doctors(page)
    clinics = [clinic for doctor in doctors for clinic in _clinics(doctor)]
    since, until = _window(page.values(), filters, now)
    free = free_times(clinics, now=now, since=since, until=until)
    times = {clinic.pk: _fitting(free[clinic.pk], clinic, filters, now) for clinic in clinics}
    return [_card(doctor, page[doctor.pk], times) for doctor in doctors if _clinics(doctor)]


def _doctors(page: dict[int, Hit]) -> list[Doctor]:
    found = Doctor.objects.in_bulk(page)
    doctors = [found[pk] for pk in page if pk in found]
    fitting = [pk for hit in page.values() for pk in hit.clinic_ids]
    clinics = Clinic.objects.with_schedule().filter(pk__in=fitting, is_active=True)
    prefetch_related_objects(
        doctors,
        Prefetch(
            "doctor_specialties",
            DoctorSpecialty.objects.select_related("specialty").order_by("position", "id"),
            to_attr="shown_specialties",
        ),
        Prefetch("clinics", clinics.order_by("id"), to_attr="shown_clinics"),
    )
    return doctors


def _clinics(doctor: Doctor) -> list[Clinic]:
    clinics: list[Clinic] = doctor.shown_clinics  # type: ignore[attr-defined]
    return clinics


def _window(hits: Iterable[Hit], filters: Filters, now: datetime) -> tuple[datetime, datetime]:
    """Two weeks, or as far as the last of them is known to be free."""
    since = now
    if filters.since is not None:
        since = max(now, datetime.combine(filters.since, time(), UTC) - EASTERNMOST)
    ends = [hit.next_at + timedelta(days=2) for hit in hits if hit.next_at]
    until = max([since + timedelta(days=CARD_DAYS), *ends])
    return since, min(until, max(now, since) + LOOK_AHEAD)


def _fitting(
    free: list[datetime], clinic: Clinic, filters: Filters, now: datetime
) -> list[datetime]:
    """Those of the days and of the parts of a day that were asked for."""
    if not filters.is_about_days:
        return free
    zone = ZoneInfo(clinic.zone)
    first = filters.since or now.astimezone(zone).date()
    days = {When.TODAY: 1, When.WEEK: WEEK_DAYS}.get(filters.when)
    last = first + timedelta(days=days - 1) if days else date.max
    walls = ((instant, instant.astimezone(zone)) for instant in free)
    return [
        instant
        for instant, wall in walls
        if first <= wall.date() <= last and _part_of(wall) in filters.parts
    ]


def _part_of(wall: datetime) -> str:
    return max((hour, name) for name, hour in PARTS.items() if hour <= wall.hour)[1]


def _card(doctor: Doctor, hit: Hit, times: dict[int, list[datetime]]) -> Card:
    clinics = _clinics(doctor)
    soonest = min(clinics, key=lambda c: _key(times[c.pk]))
    free = times[soonest.pk]
    by_day = by_local_day(free[: CARD_TIMES * 8], ZoneInfo(soonest.zone))
    shown = [(day, day_times[:CARD_TIMES]) for day, day_times in by_day.items()]
    return Card(
        doctor=doctor,
        clinic=soonest,
        days=shown[:CARD_DAYS_SHOWN],
        next_free=free[0] if free else None,
        other_clinics=len(clinics) - 1,
        kilometres=hit.kilometres,
    )


def _key(times: Sequence[datetime]) -> Any:
    return times[0].timestamp() if times else float("inf")
