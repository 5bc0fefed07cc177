"""What somebody is about to wait for, as a link says it: a doctor, an area, or a visit to move."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from accounts.http import AccountRequest
from accounts.models import Patient
from appointments.models import Appointment, WaitingEntry
from clinics.models import City, Clinic
from core.forms import Form
from doctors.models import Doctor, Specialty


class WishForm(Form):
    """`?cita=`, `?medico=` or `?especialidad=&ciudad=`, as links of our pages have them."""

    cita = forms.UUIDField(required=False)
    medico = forms.SlugField(required=False, max_length=120)
    especialidad = forms.SlugField(required=False, max_length=120)
    ciudad = forms.SlugField(required=False, max_length=120)


@dataclass(frozen=True)
class Wished:
    """`clinics` are those to choose from: where a visit is moved, none."""

    people: Sequence[Patient]
    clinics: Sequence[Clinic] = field(default_factory=list)
    doctor: Doctor | None = None
    specialty: Specialty | None = None
    city: City | None = None
    visit: Appointment | None = None

    @property
    def place(self) -> dict[str, Any]:
        return {
            "doctor": self.doctor,
            "specialty": self.specialty,
            "city": self.city,
            "visit": self.visit,
        }


def wished_by(request: AccountRequest) -> Wished | None:
    """None for what is not there, or is not this person's."""
    form = WishForm(request.GET)
    if not form.is_valid():
        return None
    wish = form.cleaned_data
    people = list(request.user.patients.oneself_first())
    if wish["cita"]:
        return _to_move(request, wish["cita"])
    if wish["medico"]:
        doctor = Doctor.objects.filter(slug=wish["medico"], is_published=True).first()
        return _for_doctor(doctor, people) if doctor else None
    specialty = Specialty.objects.filter(slug=wish["especialidad"]).first()
    city = City.objects.filter(slug=wish["ciudad"]).first()
    return _in_area(specialty, city, people) if specialty and city else None


def wished_of(entry: WaitingEntry) -> Wished:
    """Of an entry that is there."""
    if entry.visit is not None:
        place = [entry.visit.clinic]
        return Wished([entry.patient], place, doctor=entry.doctor, visit=entry.visit)
    if entry.doctor is not None:
        return _for_doctor(entry.doctor, [entry.patient])
    assert entry.specialty is not None
    assert entry.city is not None
    return _in_area(entry.specialty, entry.city, [entry.patient])


def _to_move(request: AccountRequest, public_id: uuid.UUID) -> Wished | None:
    visits = Appointment.objects.for_account(request.user).standing().with_people()
    visit = visits.filter(public_id=public_id).first()
    if visit is None or visit.patient is None:
        return None
    return Wished([visit.patient], [visit.clinic], doctor=visit.doctor, visit=visit)


def _for_doctor(doctor: Doctor, people: Sequence[Patient]) -> Wished:
    clinics = Clinic.objects.current().filter(doctor=doctor).select_related("city").order_by("id")
    return Wished(people, list(clinics), doctor=doctor)


def _in_area(specialty: Specialty, city: City, people: Sequence[Patient]) -> Wished:
    there = Clinic.objects.bookable().filter(
        city=city, doctor__doctor_specialties__specialty=specialty
    )
    # One of them tells the city's clock and how numbers are written there; none is chosen.
    return Wished(people, list(there.order_by("id")[:1]), specialty=specialty, city=city)
