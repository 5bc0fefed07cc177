"""Where a page stands in the guided set-up."""

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.utils.functional import Promise

from portal.steps import QUERY, TITLES

register = template.Library()


@dataclass(frozen=True)
class Place:
    number: int
    total: int
    title: str | Promise


@register.simple_tag
def setup_step(request: HttpRequest) -> Place | None:
    """The step that the page was opened as; None where it stands for itself."""
    key = request.GET.get(QUERY, "")
    if key not in TITLES:
        return None
    return Place(list(TITLES).index(key) + 1, len(TITLES), TITLES[key])
