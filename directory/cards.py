"""Doctors as results show them: who, where, and real times of the clinic that fits best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from appointments.pickers import by_local_day
from appointments.queries import free_seconds, is_bookable, taken_times
from appointments.services.indexing import LOOK_AHEAD, PARTS
from clinics.models import Clinic
from clinics.timetables import HOURS
from core.db import Columns, planned_cursor
from directory.filters import Filters, When
from directory.finding import WEEK_DAYS, Hit
from doctors.models import Doctor

CARD_TIMES = 4
CARD_DAYS_SHOWN = 2
# A weekend, and a day off, may lie between the two days that are shown.
CARD_SPAN = timedelta(days=5)
# A date begins this long before it does in UTC, somewhere.
EASTERNMOST = timedelta(hours=14)
# What a card and the engine want to know.
OF_CLINIC = Columns(Clinic, "clinics_clinic", [
    "id", "doctor_id", "public_id", "name", "address", "latitude", "longitude", "zone",
    "slot_minutes", "step_minutes", "buffer_before", "buffer_after", "min_notice_minutes",
    "horizon_days", "price", "visit_types", "visit_prices", "currency", "payment_methods",
    "is_active",
])  # fmt: skip
OF_DOCTOR = Columns(Doctor, "d", [
    "id", "public_id", "slug", "title", "first_names", "last_names", "photo",
    "licence_checked_at", "languages", "takes_new_patients", "is_published",
])  # fmt: skip
CARDS = f"""
SELECT {OF_CLINIC.sql}, {OF_DOCTOR.sql}, {HOURS}, u.is_active, k.name, r.mean, coalesce(r.count, 0),
       (SELECT array_agg(ARRAY[practitioner_f, practitioner_m, practitioner_en]
                         ORDER BY own.position, own.id)
        FROM doctors_doctorspecialty own JOIN doctors_specialty s ON s.id = own.specialty_id
        WHERE own.doctor_id = d.id)
FROM clinics_clinic
JOIN doctors_doctor d ON d.id = clinics_clinic.doctor_id
JOIN accounts_user u ON u.id = d.user_id
JOIN clinics_city k ON k.id = clinics_clinic.city_id
LEFT JOIN reviews_rating r ON r.doctor_id = d.id
WHERE clinics_clinic.id = ANY(%s::bigint[])
"""  # nosec B608 -- names of our own


class Shown(NamedTuple):
    """A clinic, with its hours and its doctor, and what else its card says."""

    clinic: Clinic
    city: str
    stars: float | None
    opinions: int
    # Of each specialty: she, he, and in English.
    practice: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Card:
    shown: Shown
    days: Sequence[tuple[date, Sequence[datetime]]] = field(default_factory=list)
    other_clinics: int = 0
    kilometres: float | None = None

    @property
    def clinic(self) -> Clinic:
        return self.shown.clinic

    @property
    def next_free(self) -> datetime | None:
        return self.days[0][1][0] if self.days else None

    @property
    def is_open(self) -> bool:
        return is_bookable(self.clinic)


def cards_of(hits: Iterable[Hit], filters: Filters, *, now: datetime) -> list[Card]:
    """The cards of one page of hits, in their order; a fixed number of queries."""
    page = list(hits)
    clinics = _shown([hit.clinic_id for hit in page])
    found = [(hit, clinics[hit.clinic_id]) for hit in page if hit.clinic_id in clinics]
    spans = {hit.clinic_id: _span(hit, filters, now) for hit in page}
    since = min((since for since, _until in spans.values()), default=now)
    until = max((until for _since, until in spans.values()), default=now)
    taken = taken_times([hit.doctor_id for hit in page], now, since, until)
    cards = []
    for hit, shown in found:
        clinic, (since, until) = shown.clinic, spans[hit.clinic_id]
        seconds = free_seconds(clinic, taken=taken, now=now, since=since, until=until)
        free = [datetime.fromtimestamp(second, UTC) for second in seconds]
        days = _days(_fitting(free, clinic, filters, now), clinic)
        cards.append(Card(shown, days, hit.others, hit.kilometres))
    return cards


def _shown(clinic_ids: list[int]) -> dict[int, Shown]:
    """One query."""
    with planned_cursor() as cursor:
        cursor.execute(CARDS, [clinic_ids])
        return {row[0]: _of_row(row) for row in cursor.fetchall()}


def _of_row(row: Sequence[Any]) -> Shown:
    own, his = len(OF_CLINIC), len(OF_CLINIC) + len(OF_DOCTOR)
    clinic = OF_CLINIC.of(row[:own])
    clinic.doctor = OF_DOCTOR.of(row[own:his])
    clinic.set_hours(*row[his : his + 2])
    clinic.owner_is_active, city, stars, opinions, practice = row[his + 2 :]
    return Shown(clinic, city, stars, opinions, practice or ())


def _span(hit: Hit, filters: Filters, now: datetime) -> tuple[datetime, datetime]:
    """Where the times that the card shows lie, by what the index knows."""
    since = now
    if filters.since is not None:
        since = max(now, datetime.combine(filters.since, time(), UTC) - EASTERNMOST)
    elif hit.next_at is not None:
        since = max(now, hit.next_at)
    span = LOOK_AHEAD if filters.moments or filters.since else CARD_SPAN
    return since, min(since + span, max(now, since) + LOOK_AHEAD)


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


def _days(free: list[datetime], clinic: Clinic) -> list[tuple[date, list[datetime]]]:
    by_day = by_local_day(free[: CARD_TIMES * 16], ZoneInfo(clinic.zone))
    return [(day, times[:CARD_TIMES]) for day, times in by_day.items()][:CARD_DAYS_SHOWN]
