"""The team stops accounts, and opens them again: with a reason that stays."""

import pytest
from django.contrib.admin.models import LogEntry
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
    said = {"first_names": "Alicia", "last_names": "Vera", "language": "es", "time_zone": "UTC"}
    assert as_(boss).post(page, {**said, "reason": WHY}).status_code == 302
    assert open_accounts(alice) == [True]


def test_the_form_of_an_account_asks_why(as_, boss, alice):
    """It stays in the history, with what changed; without one nothing does."""
    browser, page = as_(boss), reverse("admin:accounts_user_change", args=[alice.pk])
    said = {"first_names": "Alicia", "last_names": "Mora", "language": "en", "time_zone": "UTC",
            "is_staff": "on", "groups": [group_of(SUPPORT).pk]}  # fmt: skip
    before = User.objects.values().get(pk=alice.pk)
    for why in ("", "no", "x" * 201):
        answer = browser.post(page, {**said, "reason": why})
        assert (answer.status_code, "errorlist" in answer.content.decode()) == (200, True), why
    assert User.objects.values().get(pk=alice.pk) == before
    assert (alice.groups.count(), LogEntry.objects.count()) == (0, 0)
    assert browser.post(page, {**said, "reason": WHY}).status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (boss, str(alice.pk))
    assert entry.get_change_message() == f"{WHY} · Apellidos, Idioma, Es del equipo, Grupos"


def test_who_only_looks_at_an_account_is_not_asked_why(as_, erin, alice):
    erin.groups.add(group_of(SUPPORT))
    html = as_(erin).get(reverse("admin:accounts_user_change", args=[alice.pk])).content.decode()
    assert ("field-language" in html, "field-reason" in html) == (True, False)
