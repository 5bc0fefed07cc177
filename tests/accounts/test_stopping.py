"""The team stops accounts, and opens them again: with a reason that stays."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, User
from accounts.roles import ADMINISTRATORS, SUPPORT, group_of
from core import admin as core_admin
from tests.client import StrictClient
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
LIST = reverse("admin:accounts_user_changelist")
MINE = reverse("appointments:mine")
WHY = "Entró alguien que no es ella, ticket A7K2"


@pytest.fixture
def boss():
    user = UserFactory(is_staff=True, is_patient=False)
    user.groups.add(group_of(ADMINISTRATORS))
    return user


def act(browser, action, *people, why=WHY):
    keys = [person.pk for person in people]
    said = {"action": action, "_selected_action": keys, "index": 0, "reason": why}
    return browser.post(LIST, said, follow=True)


def open_accounts(*people):
    return [User.objects.get(pk=person.pk).is_active for person in people]


def test_who_is_stopped_is_out_at_once_until_let_in(frozen, as_, boss, alice, bob):
    hers, admin = StrictClient(), as_(boss)
    hers.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    assert hers.get(MINE).status_code == 200
    assert "1 cuenta cambió." in act(admin, "stop", alice).content.decode()
    assert open_accounts(alice, bob) == [False, True]
    assert hers.get(MINE).url.startswith("/cuenta/login/")
    act(admin, "let_in", alice)
    assert open_accounts(alice) == [True]
    # Whoever was in is not in again: her password is asked for.
    assert hers.get(MINE).url.startswith("/cuenta/login/")
    entries = LogEntry.objects.order_by("pk")
    assert [(entry.user, entry.object_id, entry.get_change_message()) for entry in entries] == [
        (boss, str(alice.pk), f"Detener: {WHY}"),
        (boss, str(alice.pk), f"Volver a abrir: {WHY}"),
    ]
    said = AuditEntry.objects.filter(person=alice, act="role").order_by("pk")
    assert [(entry.actor, entry.what) for entry in said] == [
        (boss, "-is_active"), (boss, "+is_active"),
    ]  # fmt: skip


@pytest.mark.parametrize("why", ["", "no", "x" * 201])
def test_it_needs_a_reason(as_, boss, alice, why):
    answer = act(as_(boss), "stop", alice, why=why)
    assert answer.status_code == 422
    assert (open_accounts(alice), LogEntry.objects.count()) == ([True], 0)


def test_nobody_stops_themselves_or_who_is_above(as_, boss, root):
    act(as_(boss), "stop", boss, root)
    assert (open_accounts(boss, root), LogEntry.objects.count()) == ([True, True], 0)


def test_what_its_owner_closed_stays_closed(frozen, as_, boss, bob):
    User.objects.filter(pk=bob.pk).update(is_active=False, erased_at=frozen)
    act(as_(boss), "let_in", bob)
    assert (open_accounts(bob), LogEntry.objects.count()) == ([False], 0)


def test_nobody_acts_on_hundreds_by_a_tick_too_many(as_, boss, monkeypatch, alice, bob):
    monkeypatch.setattr(core_admin, "MOST_ROWS", 1)
    answer = act(as_(boss), "stop", alice, bob)
    assert "Elija hasta cien filas a la vez." in answer.content.decode()
    assert (open_accounts(alice, bob), LogEntry.objects.count()) == ([True, True], 0)


def test_support_stops_nobody(as_, erin, alice):
    erin.groups.add(group_of(SUPPORT))
    browser = as_(erin)
    assert "Detener las cuentas" not in browser.get(LIST).content.decode()
    act(browser, "stop", alice)
    assert open_accounts(alice) == [True]


def test_the_form_of_an_account_stops_nobody(as_, boss, alice):
    page = reverse("admin:accounts_user_change", args=[alice.pk])
    said = {"first_names": "Alicia", "last_names": "Vera"}
    assert as_(boss).post(page, {**said, "reason": WHY}).status_code == 302
    assert open_accounts(alice) == [True]


def test_the_form_of_an_account_asks_why(as_, boss, alice):
    """It stays in the history, with what changed; without one nothing does."""
    browser, page = as_(boss), reverse("admin:accounts_user_change", args=[alice.pk])
    said = {"first_names": "Alicia", "last_names": "Mora", "is_staff": "on",
            "groups": [group_of(SUPPORT).pk]}  # fmt: skip
    before = User.objects.values().get(pk=alice.pk)
    for why in ("", "no", "x" * 201):
        answer = browser.post(page, {**said, "reason": why})
        assert (answer.status_code, "errorlist" in answer.content.decode()) == (200, True), why
    assert User.objects.values().get(pk=alice.pk) == before
    assert (alice.groups.count(), LogEntry.objects.count()) == (0, 0)
    assert browser.post(page, {**said, "reason": WHY}).status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (boss, str(alice.pk))
    assert entry.get_change_message() == f"{WHY} · Apellidos, Es del equipo, Grupos"


def test_a_name_that_is_corrected_is_seen_by_whose_it_is(frozen, as_, boss, alice):
    page = reverse("admin:accounts_user_change", args=[alice.pk])
    said = {"first_names": " Alicia ", "last_names": "Mora", "reason": WHY}
    for _twice in range(2):
        assert as_(boss).post(page, said).status_code == 302
    alice.refresh_from_db()
    assert (alice.first_names, alice.last_names) == ("Alicia", "Mora")
    (entry,) = AuditEntry.objects.filter(person=alice)
    assert (entry.act, entry.actor, entry.what, entry.at) == ("corrected", boss, WHY, frozen)
    html = as_(alice).get("/cuenta/actividad/").content.decode()
    assert "Soporte corrigió un nombre, celular o correo" in html
    assert f"Por qué: {WHY}" in html


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("first_names", "", "Complete «Nombres»."),
    ("first_names", "A\x07na", "Quite los caracteres invisibles"),
    ("last_names", "x" * 81, "Escriba 80 caracteres o menos (tiene 81)."),
])  # fmt: skip
def test_a_name_is_one_that_its_owner_could_write(as_, boss, alice, field, value, sentence):
    page = reverse("admin:accounts_user_change", args=[alice.pk])
    before = User.objects.values().get(pk=alice.pk)
    said = {"first_names": "Alicia", "last_names": "Mora", "reason": WHY, field: value}
    answer = as_(boss).post(page, said)
    assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
    assert User.objects.values().get(pk=alice.pk) == before


def test_who_has_no_name_is_let_into_the_team_without_one(as_, root, alice):
    User.objects.filter(pk=alice.pk).update(first_names="", last_names="")
    page = reverse("admin:accounts_user_change", args=[alice.pk])
    assert as_(root).post(page, {"is_staff": "on", "reason": WHY}).status_code == 302
    alice.refresh_from_db()
    assert (alice.is_staff, alice.full_name) == (True, "")


def test_language_and_time_zone_are_their_owners_to_say(as_, boss, alice):
    page = reverse("admin:accounts_user_change", args=[alice.pk])
    html = as_(boss).get(page).content.decode()
    for name in ("language", "time_zone"):
        assert (f"field-{name}" in html, f'name="{name}"' in html) == (True, False), name
    said = {"first_names": "Alicia", "last_names": "Vera", "reason": WHY}
    as_(boss).post(page, {**said, "language": "xx", "time_zone": "Asia/Tokyo"})
    alice.refresh_from_db()
    assert (alice.language, alice.time_zone) == ("es", "UTC")


def test_the_form_of_an_account_writes_over_nothing_else(as_, boss, alice):
    """What its owner changes while the page is being sent stays."""
    browser, page = as_(boss), reverse("admin:accounts_user_change", args=[alice.pk])
    said = {"first_names": "Alicia", "last_names": "Mora", "is_staff": "on", "reason": WHY}
    with CaptureQueriesContext(connection) as asked:
        assert browser.post(page, said).status_code == 302
    changes = [q["sql"].split(" WHERE ")[0] for q in asked if "UPDATE" in q["sql"]]
    users = [re.findall(r'"(\w+)" =', sql) for sql in changes if '"accounts_user" SET' in sql]
    assert users == [["first_names", "last_names"], ["is_staff"]]


def test_who_only_looks_at_an_account_is_not_asked_why(as_, erin, alice):
    erin.groups.add(group_of(SUPPORT))
    html = as_(erin).get(reverse("admin:accounts_user_change", args=[alice.pk])).content.decode()
    assert ("field-language" in html, "field-reason" in html) == (True, False)
