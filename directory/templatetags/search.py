"""The form of a search: hardly anybody changes its fifteen filters, so it is written once."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from directory.forms import ResultsForm, SearchForm

register = template.Library()
FORM = "directory/_search_form.html"


@register.simple_tag
def search_form(form: SearchForm, chips: Sequence[Any] = ()) -> SafeString:
    """As its template makes it; of a form without errors it depends on what was typed."""
    if form.errors:
        return _written(form, len(chips or ()))
    data: Any = form.data
    said = [(name, value) for name, values in data.lists() for value in values if value]
    known = [(name, value) for name, value in said if name in form.fields]
    return _again(type(form), urlencode(sorted(known)), len(chips or ()), get_language() or "")


@lru_cache(maxsize=500)
def _again(kind: type[SearchForm], query: str, chips: int, _language: str) -> SafeString:
    return _written(kind(QueryDict(query)) if query else kind(), chips)


def _written(form: SearchForm, chips: int) -> SafeString:
    has_filters = isinstance(form, ResultsForm)
    return render_to_string(FORM, {"form": form, "filters": has_filters, "chips": range(chips)})
