"""Every list of the admin's by GET, with bad values in whatever its address may say."""

import time
from collections import Counter
from itertools import cycle, islice

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.crawling.assault import wrong_with
from tests.crawling.bad import BAD
from tests.crawling.fixtures import without_limits  # noqa: F401 -- fixture
from tests.matrix import browsers, things  # noqa: F401 -- fixtures
from tests.test_hostile import SLOWEST

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
# What the list of any model reads, and what none knows.
OF_ANY = ("q", "o", "p", "e", "all", "_popup", "_to_field", "_facets", "pk", "id__in", "zzz",
          "zzz__y__z", "")  # fmt: skip
YEARS = {"last year": "9999", "after the last": "9999999999", "first year": "1", "none": "0"}
OF_A_LIST, OF_A_FILTER = 2, 5
DATES = ("year", "month", "day")


def lists():
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        yield page, reverse(name)


def filters_of(page, root):
    """The parameters of its filters: a filter with nothing to choose reads its own, too."""
    request = RequestFactory().get("/")
    request.user = root
    shown = page.get_changelist_instance(request).filter_specs
    names = {name for spec in shown for name in spec.expected_parameters()}
    for one in page.get_list_filter(request):
        if isinstance(one, str):
            names |= {f"{one}__{part}" for part in ("exact", "isnull", "in", "id__exact", "gte")}
        else:
            names.add(one.parameter_name)
    return sorted(names)


def dates_of(page):
    """(a part of the day, the parts of a good day beside it)."""
    if page.date_hierarchy:
        names = [f"{page.date_hierarchy}__{part}" for part in DATES]
        good = dict(zip(names, ("2026", "11", "24"), strict=True))
        for name in names:
            yield name, {}
            yield name, {other: value for other, value in good.items() if other != name}


def some(start, count):
    """So many bad values, which begin elsewhere for each of the others."""
    return islice(cycle(BAD.values()), start * count, (start + 1) * count)


def addresses_of(page, root, number):
    """(parameter, query) of every try: all lists together get every value in each parameter."""
    for shift, name in enumerate(filters_of(page, root)):
        yield from ((name, {name: value}) for value in some(number + shift, OF_A_FILTER))
    for name in OF_ANY:
        yield from ((name, {name: value}) for value in some(number, OF_A_LIST))
    for name, rest in dates_of(page):
        for value in (BAD | YEARS).values():
            yield name, {**rest, name: value}


def look(client, path, query):
    """What is wrong with the answer. The database's refusal of one leaves no trace in the next."""
    client.raise_request_exception = False
    with transaction.atomic():
        began = time.process_time()
        answer = client.get(path, query)
        took = time.process_time() - began
        transaction.set_rollback(True)
    return [*wrong_with(answer, "get"), *(["slow"] if took > SLOWEST else [])]


def test_bad_parameters_of_lists(frozen, without_limits, things, root):  # noqa: F811
    client, wrong, tried = Client(), set(), Counter()
    client.force_login(root)
    for number, (page, path) in enumerate(lists()):
        for name, query in addresses_of(page, root, number):
            wrong |= {(path, name, what) for what in look(client, path, query)}
            tried[name] += 1
    assert wrong == set()
    assert min(tried[name] for name in OF_ANY) >= len(BAD)
    assert min(tried[f"starts_at__{part}"] for part in DATES) >= 2 * len(BAD)


@pytest.mark.parametrize("year", ["9999", "9999999999"])
def test_a_year_without_an_end_is_a_bad_request(root, year):
    client = Client()
    client.force_login(root)
    page = reverse("admin:appointments_appointment_changelist")
    assert client.get(page, {"starts_at__year": year}).status_code == 400
