"""A page of results and what surrounds it: filters that are on, and a way out where nobody fits."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from directory.cards import cards_of
from directory.filters import Filters, filters_of
from directory.finding import Hit, Search
from directory.forms import ResultsForm
from directory.nearby import nearest_with
from directory.queries import Wanted
from directory.words import understand

PAGE_SIZE = 10
LONGEST_NUMBER = 6
DAYS = ("cuando", "desde")
POINT = ("lat", "lng")


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address without it. `count`: how many fit then, if asked."""

    label: str
    url: str
    count: int | None = None


def results_of(form: ResultsForm, query: QueryDict, *, now: datetime) -> dict[str, Any]:
    """What the page of a clean form shows."""
    wanted = wanted_of(form)
    page = page_of(wanted, query, now=now)
    cards = cards_of(list(page), wanted.filters, now=now)
    _say_in_words(form, wanted)
    context = {"wanted": wanted, "page": page, "cards": cards, "chips": list(chips_of(form))}
    return context if cards else context | _ways_out(wanted, form, now)


def wanted_of(form: ResultsForm) -> Wanted:
    data = form.cleaned_data
    meant = understand(q=data["q"], specialty_slug=data["especialidad"], place=data["lugar"])
    return Wanted(**vars(meant), filters=filters_of(data))


def page_of(wanted: Wanted, query: QueryDict, *, now: datetime) -> Page[Hit]:
    search = Search(wanted, now)
    raw = query.get("pagina", "1")
    number = int(raw) if raw.isdecimal() and 0 < len(raw) < LONGEST_NUMBER else 1
    # A paginator asks for the count first: both in one query, where the page is one of the list.
    search.peek(slice((max(number, 1) - 1) * PAGE_SIZE, max(number, 1) * PAGE_SIZE))
    pages: Paginator[Hit] = Paginator(search, PAGE_SIZE)  # type: ignore[arg-type]
    return pages.get_page(query.get("pagina"))


def _say_in_words(form: ResultsForm, wanted: Wanted) -> None:
    """The specialty of a link as if it had been typed: then one can type another."""
    if wanted.is_chosen and wanted.specialty and not form.cleaned_data["q"]:
        said: Any = QueryDict(mutable=True)
        said.update(form.data)
        said["q"], said["especialidad"] = wanted.specialty.local_name, ""
        form.data = said


def chips_of(form: ResultsForm) -> Iterator[Chip]:
    for names, label in _active(form):
        yield Chip(label, link(form, without=names))


def _active(form: ResultsForm) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each filter that is on: its fields, and its words."""
    data = form.cleaned_data
    if data["desde"]:
        day = date_format(data["desde"], "DATE_FORMAT")
        yield DAYS, _("Desde el %(day)s") % {"day": day}
    elif data["cuando"]:
        yield DAYS, _choice(form, "cuando")
    for value in data["momento"]:
        label = dict(form.fields["momento"].choices)[value]  # type: ignore[attr-defined]
        yield (f"momento={value}",), str(label)
    for name, words in (
        ("precio_min", _("Precio desde %(n)s")),
        ("precio_max", _("Precio hasta %(n)s")),
    ):
        if data[name] is not None:
            yield (name,), words % {"n": f"{data[name]:f}"}
    for name in ("idioma", "sexo", "pago", "estrellas"):
        if data[name]:
            yield (name,), _choice(form, name)
    if data["seguro"]:
        yield ("seguro",), data["seguro"]
    for name in ("ninos", "acceso", "video"):
        if data[name]:
            yield (name,), str(form.fields[name].label)
    filters = filters_of(data)
    if filters.box:
        yield ("bbox",), _("En el recuadro del mapa")
    elif filters.near:
        yield POINT, _("Cerca de usted")


def _choice(form: ResultsForm, name: str) -> str:
    choices = dict(form.fields[name].choices)  # type: ignore[attr-defined]
    return str(choices[form.cleaned_data[name]])


def link(form: ResultsForm, *, without: tuple[str, ...] = (), **changes: str) -> str:
    """The same search with some things less or other: its query, with the question mark."""
    pairs: list[tuple[str, str]] = []
    for name in form.fields:
        if name in without or name in changes:
            continue
        raw = form[name].value()
        values = raw if isinstance(raw, list) else [raw]
        pairs += [
            (name, "1" if value is True else str(value))
            for value in values
            if value not in (None, "", False) and f"{name}={value}" not in without
        ]
    return "?" + urlencode([*pairs, *((k, v) for k, v in changes.items() if v)])


def _ways_out(wanted: Wanted, form: ResultsForm, now: datetime) -> dict[str, Any]:
    """Which filter to let go of, with how many fit then; and where the nearest ones are."""
    looser = []
    for names, label in _active(form):
        count = Search(replace(wanted, filters=_without(form, names)), now).count()
        if count:
            looser.append(Chip(label, link(form, without=names), count))
    near = None if looser else nearest_with(wanted, now=now)
    return {
        "looser": sorted(looser, key=lambda chip: -(chip.count or 0)),
        "nearest": near,
        "nearest_url": link(form, without=("lugar",), lugar=near.city.slug) if near else "",
    }


def _without(form: ResultsForm, names: tuple[str, ...]) -> Filters:
    data = dict(form.cleaned_data)
    for name in names:
        field, _equals, value = name.partition("=")
        if value:
            data[field] = [other for other in data[field] if other != value]
        else:
            data[field] = form.fields[field].clean("")
    return filters_of(data)
