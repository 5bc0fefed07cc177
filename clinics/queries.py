"""Reads of places and hours with more than one caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from clinics.models import City, Clinic, TravelTime
from clinics.services.schedule import SpecialDate, special_date
from core.db import Unaccent

MOST_CITIES = 8
SHORTEST = 2
LONGEST = 60


def cities_like(text: str, *, most: int = MOST_CITIES) -> list[City]:
    """Places whose name begins like `text` («Cuenca», «cuenca, azuay»), then similar ones.

    Exact names first, then where the most people live.
    """
    name, _comma, region = (part.strip() for part in text[:LONGEST].partition(","))
    if len(name) < SHORTEST or "\x00" in text:
        return []
    key = Unaccent(Value(name))
    cities = City.objects.annotate(
        rank=Case(When(name_key=key, then=0), default=1, output_field=IntegerField())
    )
    if region:
        begun = Unaccent(Value(region))
        cities = cities.annotate(region_key=Unaccent("region")).filter(region_key__startswith=begun)
    found = list(_first(cities.filter(name_key__startswith=key), most))
    return found or list(_first(cities.filter(_like(key)), most))


def _like(key: Unaccent) -> Q:
    return Q(name_key__trigram_similar=key)


def _first(cities: QuerySet[City], most: int) -> QuerySet[City]:
    return cities.order_by(F("rank"), "-population", "name")[:most]


def zones_of(country: str) -> Sequence[str]:
    """The time zones of a country, the one where the most places are first."""
    zones = City.objects.filter(country=country).values("zone").annotate(places=Count("pk"))
    return list(zones.order_by("-places", "zone").values_list("zone", flat=True))


def pairs_of(clinics: Sequence[Clinic]) -> list[tuple[Clinic, Clinic]]:
    """Every two clinics once, as TravelTime keeps them: the lower key first."""
    ordered = sorted(clinics, key=lambda clinic: clinic.pk)
    return [(one, other) for i, one in enumerate(ordered) for other in ordered[i + 1 :]]


def travel_minutes(clinics: Sequence[Clinic]) -> dict[tuple[int, int], int]:
    keys = [clinic.pk for clinic in clinics]
    rows = TravelTime.objects.filter(from_clinic__in=keys, to_clinic__in=keys)
    return {(row.from_clinic_id, row.to_clinic_id): row.minutes for row in rows}


@dataclass(frozen=True)
class DateStretch:
    """Days in a row that differ in the same way: what the doctor wrote as one."""

    since: date
    until: date
    like: SpecialDate
    note: str

    @property
    def opens(self) -> str:
        return _minute(self.like.starts_minute)

    @property
    def closes(self) -> str:
        return _minute(self.like.ends_minute)

    def goes_on_with(self, like: SpecialDate, note: str) -> bool:
        mine = (self.like.kind, self.like.starts_minute, self.like.ends_minute, self.note)
        next_day = like.day == self.until + timedelta(days=1)
        return next_day and mine == (like.kind, like.starts_minute, like.ends_minute, note)


def _minute(minutes: int | None) -> str:
    """«9:00», as pages show it."""
    return "" if minutes is None else f"{minutes // 60}:{minutes % 60:02d}"


def coming_dates(clinic: Clinic, since: date) -> list[DateStretch]:
    """Special dates from a day on, days in a row as one, by their first day. One query."""
    rows = clinic.exceptions.filter(date__gte=since)
    open_ended: list[DateStretch] = []
    for row in rows.order_by("date", "starts_minute", "id"):
        like, note = special_date(row), row.note
        at = next((n for n, s in enumerate(open_ended) if s.goes_on_with(like, note)), None)
        if at is None:
            open_ended.append(DateStretch(row.date, row.date, like, note))
        else:
            before = open_ended[at]
            open_ended[at] = DateStretch(before.since, row.date, before.like, note)
    return open_ended


def closed_days(clinic: Clinic) -> set[date]:
    """Dates on which the week does not open at all."""
    whole = clinic.exceptions.filter(kind="closed", starts_minute__isnull=True)
    return set(whole.values_list("date", flat=True))
