"""What templates say about opinions and cannot reckon by themselves."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django import template
from django.utils.translation import gettext as _

from accounts.models import Patient
from appointments.models import Appointment
from core.clock import current_time
from reviews.initials import initials_of
from reviews.models import STARS, Rating, Review

register = template.Library()
# Months are a matter of 30 days here: coarse on purpose.
PERIODS = (90, 180, 365)


@register.filter
def period(written: datetime) -> str:
    """When somebody wrote, so coarsely that it does not tell who: «hace menos de 3 meses»."""
    age = current_time() - written
    words = (_("hace menos de 3 meses"), _("hace 3 a 6 meses"), _("hace 6 a 12 meses"))
    for days, said in zip(PERIODS, words, strict=True):
        if age < timedelta(days=days):
            return said
    return _("hace más de un año")


@register.filter
def aspect(rating: Rating, name: str) -> float | None:
    return rating.aspect(name)


@register.filter
def stars(grade: int) -> str:
    """«★★★★☆», for the eye; words stand beside it."""
    return "★" * grade + "☆" * (len(STARS) - grade)


@register.filter
def signature(patient: Patient) -> str:
    """«L. A.»: how an opinion about this patient's visit is signed."""
    return initials_of(patient)


@register.simple_tag
def given_opinions(visits: Iterable[Appointment]) -> set[int]:
    """Which visits have an opinion: their primary keys. One query for a page of them."""
    rows = Review.objects.filter(visit__in=[visit.pk for visit in visits])
    return set(rows.values_list("visit", flat=True))


@register.simple_tag
def has_opinion(visit: Appointment) -> bool:
    return Review.objects.filter(visit=visit).exists()
