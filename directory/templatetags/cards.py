"""A doctor's card among results: what hardly ever changes is written once, its times always."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appointments.templatetags.slots import booking_times
from clinics.models import Clinic
from core.templatetags.components import initials
from core.templatetags.when import relative_day
from directory.cards import Card
from directory.templatetags.profiles import distance, photo
from doctors.models import Doctor, Specialty

register = template.Library()
# What no text of a card can hold: all of them are escaped.
TIMES = SafeString("<times>")
# Some 2 kB each.
FACES_KEPT = 4000


class Face(NamedTuple):
    """All that a card shows except its times: equal faces look alike, in one language."""

    doctor_id: uuid.UUID
    slug: str
    name: str
    initials: str
    photo: str
    practice: str
    is_verified: bool
    stars: float | None
    opinions: int
    clinic_id: uuid.UUID
    place: str
    city: str
    address: str
    latitude: Decimal
    longitude: Decimal
    others: int
    away: str
    # The lowest, where there are several.
    price: Decimal | None
    has_prices: bool
    currency: str
    payment_methods: tuple[str, ...]
    languages: tuple[str, ...]
    is_open: bool


@register.simple_tag
def doctor_card(card: Card) -> SafeString:
    """The card as its template makes it, with the times that are free now."""
    before, after = _around_times(_face_of(card), get_language() or "")
    return before + _days(card.days, card.clinic) + after if after else before


@lru_cache(maxsize=FACES_KEPT)
def _around_times(face: Face, _language: str) -> tuple[SafeString, SafeString]:
    whole = render_to_string("directory/_card.html", {"face": face, "times": TIMES})
    before, _times, after = whole.partition(TIMES)
    return SafeString(before), SafeString(after)  # nosec B703 -- by the template


def _face_of(card: Card) -> Face:
    shown, clinic, doctor = card.shown, card.clinic, card.clinic.doctor
    return Face(
        doctor_id=doctor.public_id,
        slug=doctor.slug,
        name=doctor.display_name,
        initials=initials(doctor),
        photo=photo(doctor, 96),
        practice=_practice_of(doctor, shown.practice),
        is_verified=doctor.licence_checked_at is not None,
        stars=shown.stars,
        opinions=shown.opinions,
        clinic_id=clinic.public_id,
        place=clinic.name,
        city=shown.city,
        address=clinic.address,
        latitude=clinic.latitude,
        longitude=clinic.longitude,
        others=card.other_clinics,
        away="" if card.kilometres is None else distance(card.kilometres),
        price=clinic.lowest_price,
        has_prices=len(clinic.visit_types) > 1,
        currency=clinic.currency,
        payment_methods=tuple(clinic.payment_methods),
        languages=tuple(doctor.languages),
        is_open=card.is_open,
    )


def _practice_of(doctor: Doctor, practice: Sequence[tuple[str, str, str]]) -> str:
    named = (
        Specialty(practitioner_f=she, practitioner_m=he, practitioner_en=english)
        for she, he, english in practice
    )
    return ", ".join(doctor.practitioner_of(specialty) for specialty in named)


def _days(days: Sequence[tuple[date, Sequence[datetime]]], clinic: Clinic) -> SafeString:
    """Without format_html: twenty times a page are many, and each piece is safe already."""
    if not days:
        return format_html('<p class="hint">{}</p>', _("Sin horas libres por ahora."))
    sections = (
        f'<section><h3 class="day-name">{escape(relative_day(times[0], clinic.zone))}</h3>'
        f"{booking_times(times, clinic)}</section>"
        for _day, times in days
    )
    return SafeString("".join(sections))  # nosec B703 -- escaped above
