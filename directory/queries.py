"""Finding doctors: words -> specialties, names, places -> doctors -> their next free times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    F,
    Func,
    IntegerField,
    Prefetch,
    Q,
    QuerySet,
    Value,
    prefetch_related_objects,
)

from appointments.pickers import by_local_day
from appointments.queries import free_times, is_bookable
from clinics.models import Clinic
from clinics.queries import at_place
from directory.words import Understood
from doctors.models import Doctor, DoctorSpecialty

CARD_DAYS = 14
CARD_TIMES = 4
CARD_DAYS_SHOWN = 2


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


def find_doctors(wanted: Understood) -> QuerySet[Doctor]:
    """Published doctors, those who bear the word typed first, then who takes patients, by name."""
    clinics = Clinic.objects.filter(is_active=True).filter(_by_place(wanted))
    doctors = Doctor.objects.published()
    asked = doctors.filter(_by_words(wanted), pk__in=clinics.values("doctor"))
    found = asked | doctors.filter(pk__in=wanted.namesakes) if wanted.namesakes else asked
    named = [*wanted.namesakes, *(wanted.doctors or ())]
    first = [_place_in(named).asc(nulls_last=True)] if named else []
    return found.order_by("-takes_new_patients", *first, "name_key", "pk")


def _place_in(doctors: Sequence[int]) -> Func:
    """Where a doctor stands in that order."""
    keys = Value(list(doctors), output_field=ArrayField(BigIntegerField()))
    return Func(keys, F("pk"), function="array_position", output_field=IntegerField())


def _by_words(wanted: Understood) -> Q:
    named = Q() if wanted.doctors is None else Q(pk__in=wanted.doctors)
    if not wanted.specialties:
        return named
    able = DoctorSpecialty.objects.filter(specialty__in=wanted.specialties)
    return named & Q(pk__in=able.values("doctor"))


def _by_place(wanted: Understood) -> Q:
    here = at_place(wanted.place.split())
    return here if wanted.city is None else here & Q(city=wanted.city)


def cards_of(doctors: Iterable[Doctor], wanted: Understood, *, now: datetime) -> list[Card]:
    """The cards of one page of doctors, in their order; a fixed number of queries."""
    page = list(doctors)
    _prefetch(page, wanted)
    clinics = [clinic for doctor in page for clinic in _clinics(doctor)]
    times = free_times(clinics, now=now, since=now, until=now + timedelta(days=CARD_DAYS))
    return [_card(doctor, times) for doctor in page if _clinics(doctor)]


def _prefetch(page: list[Doctor], wanted: Understood) -> None:
    here = _by_place(wanted)
    if here and wanted.namesakes:
        here |= Q(doctor__in=wanted.namesakes)  # they are shown wherever they are
    clinics = Clinic.objects.with_schedule().filter(here, is_active=True)
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
