"""The filters of a search: fifteen fields that hardly anybody changes are written once."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from directory.forms import ResultsForm, SearchForm

register = template.Library()
PANEL = "directory/public/_filters.html"


@register.simple_tag
def filters_panel(form: ResultsForm, chips: Sequence[Any]) -> SafeString:
    """The panel as its template makes it; of a form without errors it depends on the values."""
    if form.errors:
        return render_to_string(PANEL, {"form": form, "chips": chips})
    said = QueryDict(mutable=True)
    for name in form.fields:
        value = form[name].value()
        if name not in SearchForm.base_fields and value not in (None, "", False, []):
            said.setlist(name, value if isinstance(value, list) else [str(value)])
    return _panel(said.urlencode(), len(chips or ()), get_language() or "")


@lru_cache(maxsize=200)
def _panel(query: str, count: int, _language: str) -> SafeString:
    form = ResultsForm(QueryDict(query))
    return render_to_string(PANEL, {"form": form, "chips": range(count)})
