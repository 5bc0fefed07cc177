"""A doctor's public profile: who, where, for how much, and when next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from appointments.pickers import Week, week_of
from appointments.queries import is_bookable, month_ahead
from clinics.models import Clinic
from clinics.weeks import week_in_words
from doctors.models import Doctor


@dataclass(frozen=True)
class Place:
    """A consultorio of a profile, with the first free time of the coming month."""

    clinic: Clinic
    next_free: datetime | None
    hours: Sequence[str]

    @property
    def is_open(self) -> bool:
        return is_bookable(self.clinic)

    @property
    def point(self) -> str:
        return f"{self.clinic.latitude},{self.clinic.longitude}"


@dataclass(frozen=True)
class Ahead:
    """The free times of a doctor's clinics, asked once for the list and the picker."""

    months: Mapping[int, Sequence[datetime]]

    @classmethod
    def of(cls, clinics: Sequence[Clinic], *, now: datetime) -> "Ahead":
        """One query; none without a clinic. Then the picker asks for itself."""
        return cls(month_ahead(clinics, now=now) if clinics else {})

    def places(self, clinics: Sequence[Clinic], *, now: datetime) -> list[Place]:
        return [
            Place(clinic, next(iter(self.months[clinic.pk]), None), hours_of(clinic, now))
            for clinic in clinics
        ]

    def week(self, clinic: Clinic, day: date | None, *, now: datetime) -> Week:
        return week_of(clinic, day, now=now, month=self.months.get(clinic.pk))


def hours_of(clinic: Clinic, now: datetime) -> list[str]:
    """The week that is in force today, in words."""
    today = now.astimezone(ZoneInfo(clinic.zone)).date()
    return week_in_words(
        w for w in clinic.week if (w.valid_from or today) <= today <= (w.valid_until or today)
    )


def is_thin(doctor: Doctor, places: Sequence[Place]) -> bool:
    """Nothing that somebody would look for: no words, no career, no time to book."""
    return not (
        doctor.biography
        or doctor.education.all()
        or doctor.experience.all()
        or doctor.qualifications.all()
        or any(place.next_free for place in places)
    )


def words_of(doctor: Doctor, clinics: Sequence[Clinic]) -> dict[str, Any]:
    """Title and description of the page: «Dra. Ana Molina Paz, cardióloga en Quito»."""
    specialties = [row.specialty for row in doctor.doctor_specialties.all()]
    practice = doctor.practitioner_of(specialties[0]) if specialties else ""
    cities = list(dict.fromkeys(clinic.city.name for clinic in clinics))
    words = {"name": doctor.display_name, "practice": practice, "city": cities[0] if cities else ""}
    title = doctor.display_name
    if practice and cities:
        title = _("%(name)s, %(practice)s en %(city)s") % words
    elif practice:
        title = f"{doctor.display_name}, {practice}"
    description = _("Reserve con %(name)s: horas libres, consultorios, precio y formación.") % words
    about = Truncator(" ".join(doctor.biography.split())).chars(120)
    return {"title": title, "description": f"{description} {about}".strip()}
