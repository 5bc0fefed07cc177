"""Doctors as results show them: who, where, and real times of the clinic that fits best."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from appointments.pickers import by_local_day
from appointments.queries import free_seconds, is_bookable, taken_times
from appointments.services.indexing import LOOK_AHEAD, PARTS
from clinics.models import Clinic
from directory.filters import Filters, When
from directory.finding import WEEK_DAYS, Hit
from doctors.models import Doctor, DoctorSpecialty, Specialty

CARD_TIMES = 4
CARD_DAYS_SHOWN = 2
# A weekend, and a day off, may lie between the two days that are shown.
CARD_SPAN = timedelta(days=5)
# A date begins this long before it does in UTC, somewhere.
EASTERNMOST = timedelta(hours=14)


@dataclass(frozen=True)
class Card:
    doctor: Doctor
    specialties: Sequence[Specialty]
    clinic: Clinic
    days: Sequence[tuple[date, Sequence[datetime]]] = field(default_factory=list)
    other_clinics: int = 0
    kilometres: float | None = None

    @property
    def next_free(self) -> datetime | None:
        return self.days[0][1][0] if self.days else None

    @property
    def is_open(self) -> bool:
        return is_bookable(self.clinic)


def cards_of(hits: Iterable[Hit], filters: Filters, *, now: datetime) -> list[Card]:
    """The cards of one page of hits, in their order; a fixed number of queries."""
    page = list(hits)
    rated = Clinic.objects.with_schedule().select_related("doctor__rating")
    clinics = rated.in_bulk([hit.clinic_id for hit in page])
    shown = [(hit, clinics[hit.clinic_id]) for hit in page if hit.clinic_id in clinics]
    specialties = _specialties([hit.doctor_id for hit in page])
    spans = {hit.clinic_id: _span(hit, filters, now) for hit in page}
    since = min((since for since, _until in spans.values()), default=now)
    until = max((until for _since, until in spans.values()), default=now)
    taken = taken_times([hit.doctor_id for hit in page], now, since, until)
    cards = []
    for hit, clinic in shown:
        since, until = spans[clinic.pk]
        seconds = free_seconds(clinic, taken=taken, now=now, since=since, until=until)
        free = [datetime.fromtimestamp(second, UTC) for second in seconds]
        cards.append(
            Card(
                doctor=clinic.doctor,
                specialties=specialties[hit.doctor_id],
                clinic=clinic,
                days=_days(_fitting(free, clinic, filters, now), clinic),
                other_clinics=hit.others,
                kilometres=hit.kilometres,
            )
        )
    return cards


def _specialties(doctor_ids: Sequence[int]) -> dict[int, list[Specialty]]:
    found: dict[int, list[Specialty]] = defaultdict(list)
    rows = DoctorSpecialty.objects.select_related("specialty").filter(doctor__in=doctor_ids)
    for row in rows.order_by("position", "id"):
        found[row.doctor_id].append(row.specialty)
    return found


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
