"""Finding doctors: words -> specialties, names, places -> doctors -> their next free times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from appointments.pickers import by_local_day
from appointments.queries import free_times, is_bookable
from clinics.models import City, Clinic
from core.db import Unaccent
from core.text import key_of
from doctors.models import Doctor, DoctorSpecialty, Specialty

CARD_DAYS = 14
CARD_TIMES = 4
CARD_DAYS_SHOWN = 2
SHORTEST_PREFIX = 4
MOST_WORDS = 6
# Said before a name, but no part of it.
TITLES = frozenset(
    {"dr", "dr.", "dra", "dra.", "doctor", "doctora", "lcda", "lcda.", "lcdo", "lcdo."}
)


@dataclass(frozen=True)
class Wanted:
    """What a search asks for, understood. `is_chosen`: by the link, not guessed from words."""

    specialties: Sequence[Specialty] = ()
    is_chosen: bool = False
    words: Sequence[str] = ()
    city: City | None = None
    place: str = ""

    @property
    def specialty(self) -> Specialty | None:
        return self.specialties[0] if len(self.specialties) == 1 else None


@dataclass(frozen=True)
class Card:
    """A doctor as a search result: real next times of the clinic that is free first."""

    doctor: Doctor
    clinic: Clinic
    days: Sequence[tuple[date, Sequence[datetime]]] = field(default_factory=list)
    next_free: datetime | None = None
    other_clinics: int = 0

    @property
    def is_open(self) -> bool:
        return is_bookable(self.clinic)


def understand(*, q: str, specialty_slug: str, place: str) -> Wanted:
    """Two queries: all specialties (a few dozen), and the city."""
    specialties = list(Specialty.objects.all())
    chosen = [s for s in specialties if s.slug == specialty_slug]
    key = key_of(q)
    matched = chosen or matching_specialties(specialties, key)
    city = find_city(key_of(place)) if place else None
    words = [word for word in key.split() if word not in TITLES][:MOST_WORDS]
    return Wanted(
        specialties=matched,
        is_chosen=bool(chosen),
        words=words,
        city=city,
        place=key_of(place),
    )


def matching_specialties(specialties: Iterable[Specialty], key: str) -> list[Specialty]:
    """Specialties whose name, practitioner or everyday word is what was typed, or begins so."""
    if not key:
        return []
    exact, near = [], []
    for specialty in specialties:
        terms = {key_of(term) for term in _terms(specialty)}
        if key in terms:
            exact.append(specialty)
        elif any(_is_near(key, term) for term in terms):
            near.append(specialty)
    return exact or near


def _terms(specialty: Specialty) -> Iterable[str]:
    yield from (specialty.name, specialty.name_en, specialty.practitioner_en)
    yield from (specialty.practitioner_f, specialty.practitioner_m)
    yield from specialty.synonyms


def _is_near(key: str, term: str) -> bool:
    begins = len(key) >= SHORTEST_PREFIX and term.startswith(key)
    return begins or f" {term} " in f" {key} "


def find_city(key: str) -> City | None:
    """The city of that name or slug; of several, the one where the most people live."""
    if not key:
        return None
    named = City.objects.filter(Q(name_key=key) | Q(slug=key.replace(" ", "-")))
    return named.order_by("-population").first()


def find_doctors(wanted: Wanted) -> QuerySet[Doctor]:
    """Published doctors, those who take patients first, then by name."""
    doctors = Doctor.objects.published().filter(_by_words(wanted))
    clinics = Clinic.objects.filter(is_active=True).filter(_by_place(wanted))
    return doctors.filter(pk__in=clinics.values("doctor")).order_by(
        "-takes_new_patients", "name_key", "pk"
    )


def _by_words(wanted: Wanted) -> Q:
    named = Q(*(Q(name_key__contains=word) for word in wanted.words)) if wanted.words else Q()
    if not wanted.specialties:
        return named
    able = Q(
        pk__in=DoctorSpecialty.objects.filter(specialty__in=wanted.specialties).values("doctor")
    )
    if wanted.is_chosen or not wanted.words:
        return able & named
    return able | named


def _by_place(wanted: Wanted) -> Q:
    if wanted.city is not None:
        return Q(city=wanted.city)
    if not wanted.place:
        return Q()
    words = wanted.place.split()
    matches = Q()
    for word in words:
        matches &= Q(address_key__contains=word)
    return Q(
        pk__in=Clinic.objects.annotate(address_key=Unaccent("address")).filter(matches).values("pk")
    )


def cards_of(doctors: Iterable[Doctor], wanted: Wanted, *, now: datetime) -> list[Card]:
    """The cards of one page of doctors, in their order; a fixed number of queries."""
    page = list(doctors)
    _prefetch(page, wanted)
    clinics = [clinic for doctor in page for clinic in _clinics(doctor)]
    times = free_times(clinics, now=now, since=now, until=now + timedelta(days=CARD_DAYS))
    return [_card(doctor, times) for doctor in page if _clinics(doctor)]


def _prefetch(page: list[Doctor], wanted: Wanted) -> None:
    clinics = Clinic.objects.with_schedule().filter(_by_place(wanted), is_active=True)
    prefetch_related_objects(
        page,
        Prefetch(
            "doctor_specialties",
            DoctorSpecialty.objects.select_related("specialty").order_by("position", "id"),
            to_attr="shown_specialties",
        ),
        Prefetch("clinics", clinics.order_by("id"), to_attr="shown_clinics"),
    )


def _clinics(doctor: Doctor) -> list[Clinic]:
    clinics: list[Clinic] = doctor.shown_clinics  # type: ignore[attr-defined]
    return clinics


def _card(doctor: Doctor, times: dict[int, list[datetime]]) -> Card:
    clinics = _clinics(doctor)
    soonest = min(
        clinics,
        key=lambda c: times[c.pk][0].timestamp() if times[c.pk] else float("inf"),
    )
    free = times[soonest.pk]
    by_day = by_local_day(free[: CARD_TIMES * 8], ZoneInfo(soonest.zone))
    shown = [(day, day_times[:CARD_TIMES]) for day, day_times in by_day.items()]
    return Card(
        doctor=doctor,
        clinic=soonest,
        days=shown[:CARD_DAYS_SHOWN],
        next_free=free[0] if free else None,
        other_clinics=len(clinics) - 1,
    )
