"""Legal texts by their pages, and rows of a copy of data in words."""

from typing import Any

from django import template
from django.urls import reverse
from django_countries import countries

from accounts.legal import PAGES, LegalText
from privacy.collecting.words import label_of, title_of
from privacy.saying import said

register = template.Library()


@register.filter
def text_page(text: LegalText) -> str:
    return reverse(PAGES[text])


@register.filter
def country_name(code: str) -> str:
    return str(countries.name(code))


@register.filter
def table_title(name: str) -> str:
    return title_of(name)


@register.simple_tag
def column_label(name: str, inside: str) -> str:
    return label_of(name, inside)


@register.filter
def is_said(value: Any) -> bool:
    """Whether there is anything to read: «no» and 0 are."""
    return value not in (None, "", [], {}, ())


@register.filter
def is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(inner, dict) for inner in value)


@register.filter
def is_row(value: Any) -> bool:
    return isinstance(value, dict)


@register.simple_tag
def said_plainly(key: str, value: Any, zone: str) -> str:
    return said(key, value, zone)
