"""What the address of an admin's list may ask: what it has a filter for, and nothing of the rest,
whether a column is shown or not. Yes or no, letter by letter, is a way to read.
"""

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from tests.test_hostile_lists import filters_of

pytestmark = pytest.mark.django_db
WAYS = ("", "__isnull", "__startswith", "__lt", "__regex", "__in")
READ = (
    "accounts_user_changelist ?password__startswith=argon2",
    "accounts_user_changelist ?reviews=1",
    "accounts_accountsession_changelist ?session_key__startswith=a",
    "accounts_patient_changelist ?id_number__startswith=1",
    "accounts_patient_changelist ?account__password__startswith=a",
    "appointments_appointment_changelist ?consultations__isnull=False",
    "appointments_appointment_changelist ?reason_sealed__isnull=False",
    "reviews_review_changelist ?author=1",
)  # fmt: skip


@pytest.fixture
def request_of_root(root):
    request = RequestFactory().get("/")
    request.user = root
    return request


def columns_of(model):
    """By every name that a filter may begin with: of columns, and of rows that point here."""
    for field in model._meta.get_fields(include_hidden=True):
        yield field.name
        yield getattr(field, "attname", field.name)
        query_name = getattr(field, "related_query_name", None)
        if query_name and not field.concrete:
            yield field.field.related_query_name()


def test_a_list_answers_only_what_it_has_a_filter_for(request_of_root):
    asked, answered = 0, set()
    for model, page in admin.site._registry.items():
        filters = {name.partition("__")[0] for name in filters_of(page, request_of_root.user)}
        for name in {*columns_of(model), "pk"} - filters - {page.date_hierarchy}:
            for way in WAYS:
                asked += 1
                if page.lookup_allowed(name + way, "1", request_of_root):
                    answered.add((model._meta.label, name + way))
    assert asked > 2000
    assert answered == set()


@pytest.mark.parametrize("question", READ)
def test_what_could_be_read_so_is_refused(as_, root, question):
    name, query = question.split(" ")
    assert as_(root).get(reverse(f"admin:{name}") + query).status_code == 400


def test_its_own_filters_are_answered(as_, root, visit, request_of_root):
    client, tried = as_(root), 0
    for model, page in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        changelist = page.get_changelist_instance(request_of_root)
        for spec in changelist.filter_specs:
            for choice in list(spec.choices(changelist))[:3]:
                assert client.get(address + choice["query_string"]).status_code == 200
                tried += 1
        if page.date_hierarchy:
            query = {f"{page.date_hierarchy}__year": "2026"}
            assert client.get(address, query).status_code == 200
    assert tried >= 60
