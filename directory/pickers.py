"""The slot picker of a doctor: one consultorio, one week, as an address asks for them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from appointments.forms import WeekForm
from appointments.pickers import Week
from appointments.queries import is_bookable
from clinics.models import Clinic
from directory.live import SlotsAudience
from directory.profiles import Ahead
from doctors.models import Doctor
from reviews.queries import with_facts, with_first


def published_or_404(slug: str) -> Doctor:
    return get_object_or_404(Doctor.objects.published(), slug=slug)


def profile_or_404(slug: str) -> Doctor:
    doctors = Doctor.objects.published().with_profile()
    return get_object_or_404(doctors, slug=slug)


def rated_profile_or_404(slug: str) -> Doctor:
    """With what `reviews.queries` say of the doctor: facts, and the first opinions."""
    doctors = with_first(with_facts(Doctor.objects.published().with_profile()))
    return get_object_or_404(doctors, slug=slug)


def rated_or_404(slug: str) -> Doctor:
    return get_object_or_404(with_facts(Doctor.objects.published()), slug=slug)


def picker_of(
    request: HttpRequest, doctor: Doctor, now: datetime, *, is_profile: bool = False
) -> dict[str, Any]:
    mark = SlotsAudience(doctor).mark()  # first: what changes while we read is news to the page
    clinics = list(
        Clinic.objects.with_schedule().filter(doctor=doctor, is_active=True).order_by("id")
    )
    form = WeekForm(request.GET)
    form.is_valid()
    chosen = _chosen(clinics, form.cleaned_data.get("consultorio"))
    ahead = Ahead.of(clinics if is_profile else (), now=now)
    return {
        "doctor": doctor,
        "clinics": clinics,
        "clinic": chosen,
        "mark": mark,
        "ahead": ahead,
        "week": _week(ahead, chosen, form.cleaned_data.get("semana"), now),
        "now": now,
    }


def _chosen(clinics: list[Clinic], public_id: object) -> Clinic | None:
    named = next((c for c in clinics if c.public_id == public_id), None)
    return named or (clinics[0] if clinics else None)


def _week(
    ahead: Ahead, clinic: Clinic | None, monday: datetime | None, now: datetime
) -> Week | None:
    if clinic is None or not is_bookable(clinic):
        return None
    return ahead.week(clinic, monday.date() if monday else None, now=now)
