"""What a doctor's public pages show of opinions."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.heads import Head, head_of
from doctors.models import Doctor
from reviews.enums import Order
from reviews.models import Review
from reviews.queries import Facts, facts_of, first_of, shown_of

PAGE_SIZE = 20


@dataclass(frozen=True)
class Opinions:
    facts: Facts
    first: list[Review]


def opinions_of(doctor: Doctor) -> Opinions:
    """For the profile, of a doctor from `pickers.rated_profile_or_404`: no query."""
    return Opinions(facts_of(doctor), first_of(doctor))


def order_of(query: QueryDict) -> Order:
    asked = query.get("orden", "")
    return Order(asked) if asked in Order.values else Order.NEWEST


def page_of(doctor: Doctor, query: QueryDict) -> Page[Review]:
    return Paginator(shown_of(doctor, order_of(query)), PAGE_SIZE).get_page(query.get("pagina"))


def page_context(request: HttpRequest, doctor: Doctor) -> dict[str, Any]:
    """Their own page: all of them, page by page."""
    facts = facts_of(doctor)
    return {
        "doctor": doctor,
        "facts": facts,
        "page": page_of(doctor, request.GET),
        "orders": Order.choices,
        "order": order_of(request.GET).value,
        "head": _head(request, doctor, facts),
    }


def _head(request: HttpRequest, doctor: Doctor, facts: Facts) -> Head:
    """Whatever the order and the page, it is one page to search engines."""
    title = _("Opiniones sobre %(name)s") % {"name": doctor.display_name}
    about = _("De pacientes que asistieron a su cita.")
    path = reverse("opinions", args=[doctor.slug])
    is_thin = not facts.count
    return head_of(request, path, title=title, description=f"{title}. {about}", is_thin=is_thin)
