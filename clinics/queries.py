"""Reads of places and hours with more than one caller."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)

from clinics.models import City, Clinic, TravelTime
from clinics.services.schedule import SpecialDate, special_date
from clinics.timetables import HOURS
from core.db import Columns, Unaccent, planned_cursor
from core.spelling import errors_between, words_of
from doctors.models import Doctor

MOST_CITIES = 8
SHORTEST = 2
LONGEST = 60
SHORTEST_LIKE = 5
NEAR_PLACES = 40
NAMED = """
SELECT c.*, served.is_served, f_unaccent(lower(c.region)) AS region_key
FROM clinics_city c, LATERAL (SELECT EXISTS (
    SELECT FROM clinics_clinic k WHERE k.city_id = c.id AND k.is_active) AS is_served) served
WHERE c.name_key = ANY(%(keys)s) OR c.slug = ANY(%(slugs)s) {or_similar}
ORDER BY served.is_served DESC, c.population DESC, c.name
"""
# Each word looks for itself: in one condition, every row would be held against them all.
SIMILAR = """
OR served.is_served AND c.id = ANY(ARRAY(
    SELECT a.id FROM unnest(%(like)s::text[]) word JOIN clinics_city a ON a.name_key %% word))
"""
OF_CLINIC, OF_DOCTOR = Columns(Clinic, "clinics_clinic"), Columns(Doctor, "d")
OF_CITY = Columns(City, "k")
OPEN = f"""
SELECT {OF_CLINIC.sql}, {OF_DOCTOR.sql}, {OF_CITY.sql}, {HOURS}, u.is_active
FROM clinics_clinic
JOIN doctors_doctor d ON d.id = clinics_clinic.doctor_id
JOIN accounts_user u ON u.id = d.user_id
JOIN clinics_city k ON k.id = clinics_clinic.city_id
WHERE clinics_clinic.doctor_id = ANY(%s::bigint[]) AND clinics_clinic.is_active
ORDER BY clinics_clinic.id
"""  # nosec B608 -- names of our own


def cities_like(
    text: str, *, most: int = MOST_CITIES, among: QuerySet[City] | None = None
) -> list[City]:
    """Places whose name begins like `text` («Cuenca», «cuenca, azuay»), then similar ones.

    Exact names first, then where the most people live.
    """
    name, _comma, region = (part.strip() for part in text[:LONGEST].partition(","))
    if len(name) < SHORTEST or "\x00" in text:
        return []
    key = Unaccent(Value(name))
    cities = (City.objects.all() if among is None else among).annotate(
        rank=Case(When(name_key=key, then=0), default=1, output_field=IntegerField())
    )
    if region:
        begun = Unaccent(Value(region))
        cities = cities.annotate(region_key=Unaccent("region")).filter(region_key__startswith=begun)
    found = list(_first(cities.filter(name_key__startswith=key), most))
    return found or list(_first(cities.filter(_like(key)), most))


def cities_named(keys: Collection[str], *, like: Collection[str] = ()) -> list[City]:
    """Cities of these names or slugs, and similar ones to `like` where consultorios are.

    `is_served`: there are consultorios. Those first, then where the most people live.
    """
    if not keys and not like:
        return []
    # By hand: each search by link asks this, and the ORM writes longer than Postgres reads.
    slugs = [key.replace(" ", "-") for key in keys]
    asked = {"keys": list(keys), "slugs": slugs, "like": list(like)}
    return list(City.objects.raw(NAMED.format(or_similar=SIMILAR if like else ""), asked))


def open_clinics(doctor_ids: Collection[int]) -> list[Clinic]:
    """Active ones, as they come `with_schedule()`, the oldest first. One query, by hand: each
    profile asks it.
    """
    own, his = len(OF_CLINIC), len(OF_CLINIC) + len(OF_DOCTOR)
    city = his + len(OF_CITY)
    clinics = []
    with planned_cursor() as cursor:
        cursor.execute(OPEN, [list(doctor_ids)])
        for row in cursor.fetchall():
            clinic = OF_CLINIC.of(row[:own])
            clinic.doctor, clinic.city = OF_DOCTOR.of(row[own:his]), OF_CITY.of(row[his:city])
            clinic.set_hours(*row[city:-1])
            clinic.owner_is_active = row[-1]
            clinics.append(clinic)
    return clinics


@dataclass(frozen=True)
class PlaceWish:
    """Words that may stand in the name or address of one of `clinics`."""

    name: str
    words: Sequence[str]
    clinics: QuerySet[Clinic]


@dataclass(frozen=True)
class PlaceFound:
    """`spelt`: the words as consultorios write them."""

    spelt: Mapping[str, str]

    @property
    def errors(self) -> int:
        return sum(errors_between(typed, word, most=9) for typed, word in self.spelt.items())


def at_place(words: Iterable[str]) -> Q:
    """Consultorios whose name and address have all these words."""
    return Q(*(_has(word) for word in words))


def _has(word: str) -> Q:
    """A number stands at the beginning of a word: «100» is not in «2100»."""
    return Q(search_key__contains=f" {word}" if word.isdigit() else word)


def find_places(wishes: Sequence[PlaceWish]) -> dict[str, PlaceFound]:
    """Of each wish whether anybody is there, or else at a place of similar words. One query."""
    parts = []
    for wish in wishes:
        exact = wish.clinics.filter(at_place(wish.words))
        like = Q(*(_at_place_like(word) for word in wish.words))
        near = wish.clinics.filter(~Exists(exact), like)
        for clinics, most in ((exact, 1), (near, NEAR_PLACES)):
            rows = clinics.annotate(wish=Value(wish.name)).values_list("wish", "search_key")
            parts.append(rows[:most])
    found: dict[str, PlaceFound] = {}
    for name, text in parts[0].union(*parts[1:], all=True) if parts else ():
        wish = next(wish for wish in wishes if wish.name == name)
        here = _spelt(wish.words, text)
        if here and (name not in found or here.errors < found[name].errors):
            found[name] = here
    return found


def _at_place_like(word: str) -> Q:
    if len(word) < SHORTEST_LIKE:
        return _has(word)
    return _has(word) | Q(search_key__trigram_word_similar=word)


def _spelt(words: Sequence[str], text: str) -> PlaceFound | None:
    spelt = {}
    for word in words:
        near = [word] if word in text else []
        near += [w for w in words_of(text) if errors_between(word, w, most=2) <= 2]
        if not near:
            return None
        spelt[word] = min(near, key=lambda w: errors_between(word, w, most=2))
    return PlaceFound(spelt)


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
