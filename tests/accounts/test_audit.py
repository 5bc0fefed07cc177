"""What happens to an account is written down, and stays."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.audit import tell_who_acts
from accounts.models import AuditEntry, User
from appointments.services.feeds import make_feed
from clinics.services.reception import change_work, end_assistant
from core.origin import coming_from, network_of
from tests.breaches import Breach, check
from tests.conftest import NOW
from tests.factories import ClinicFactory, UserFactory

pytestmark = pytest.mark.django_db
BREACHES = {
    "auditentry_act_known": Breach(
        AuditEntry, {"person": lambda alice: alice, "act": "gone", "at": NOW}
    ),
}
PAGE = "/cuenta/actividad/"
PASSWORD = "a long one, of alice"


@pytest.mark.parametrize("name", BREACHES)
def test_constraint(alice, name):
    check(name, BREACHES[name], alice)


def entries(person):
    rows = AuditEntry.objects.filter(person=person).order_by("id")
    return [(row.act, row.actor, row.what, row.network) for row in rows]


@pytest.fixture
def known(alice):
    """Alice with a password, and nothing noted yet."""
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def log_in(email, password, address="203.0.113.7"):
    client = Client(REMOTE_ADDR=address)
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


# Log-ins -------------------------------------------------------------------------------


def test_log_in_and_out_are_noted_with_their_network(known):
    client = log_in(known.email, PASSWORD)
    client.post(reverse("account_logout"))
    network = "203.0.113.0/24"
    assert entries(known) == [("login", known, "", network), ("logout", known, "", network)]


@pytest.mark.parametrize("typed", ["alice@ejemplo.test", "ALICE@ejemplo.test"])
def test_wrong_password_is_noted_for_whose_account_it_is(known, typed):
    log_in(typed, "wrong", address="2001:db8:1:2::3")
    assert entries(known) == [("login_failed", None, "", "2001:db8:1::/48")]


def test_unknown_address_leaves_nothing(known):
    log_in("nobody@ejemplo.test", "wrong")
    assert not AuditEntry.objects.exists()


def test_new_password_is_noted(as_, known):
    client = as_(known)
    client.post(reverse("account_change_password"), {
        "oldpassword": PASSWORD, "password1": "otra muy larga 77", "password2": "otra muy larga 77",
    })  # fmt: skip
    assert [row[:3] for row in entries(known)][-1] == ("password", known, "")


# Roles ---------------------------------------------------------------------------------


def test_account_without_rights_leaves_nothing_when_it_is_made(alice):
    assert entries(alice) == []


@pytest.mark.parametrize(("made", "what"), [
    ({"is_staff": True}, "+is_staff"),
    ({"is_staff": True, "is_superuser": True}, "+is_staff +is_superuser"),
    ({"is_doctor": True, "is_active": False}, "-is_active +is_doctor"),
])  # fmt: skip
def test_rights_from_the_beginning_are_noted(made, what):
    assert entries(UserFactory(**made)) == [("role", None, what, "")]


def test_even_sql_notes_a_role(alice):
    User.objects.filter(pk=alice.pk).update(is_staff=True, first_names="Otra")
    User.objects.filter(pk=alice.pk).update(is_staff=False, is_superuser=True)
    User.objects.filter(pk=alice.pk).update(first_names="Alicia", is_superuser=True)
    assert [row[2] for row in entries(alice)] == ["+is_staff", "-is_staff +is_superuser"]


def test_groups_and_permissions_are_roles(alice):
    group = Group.objects.create(name="moderación")
    permission = Permission.objects.get(codename="view_user")
    alice.groups.add(group)
    alice.user_permissions.add(permission)
    alice.groups.clear()
    alice.user_permissions.clear()
    said = ["+moderación", "+view_user", "-moderación", "-view_user"]
    assert [row[2] for row in entries(alice)] == said


def test_who_changes_a_role_is_told_for_one_transaction(alice, root):
    with coming_from("203.0.113.7"), transaction.atomic():
        tell_who_acts(root)
        User.objects.filter(pk=alice.pk).update(is_staff=True)
    assert entries(alice) == [("role", root, "+is_staff", "203.0.113.0/24")]


def test_admin_says_who_took_somebody_into_the_team(as_, alice, root):
    address = reverse("admin:accounts_user_change", args=[alice.pk])
    answer = as_(root).post(address, {
        "first_names": "Alicia", "last_names": "Vera", "is_staff": "on",
        "reason": "Entra al equipo",
    })  # fmt: skip
    assert answer.status_code == 302
    assert [row[:3] for row in entries(alice)] == [("role", root, "+is_staff")]


def test_reception_says_who_let_it_work(carla, dr_chen):
    other = ClinicFactory(doctor=dr_chen)
    work = carla.assistant_of.get()
    before = len(entries(carla))
    change_work(assistant=work, clinics=[other], notices=[], by=dr_chen.user, now=NOW)
    end_assistant(assistant=work, by=dr_chen.user, now=NOW)
    assert [row[:3] for row in entries(carla)[before:]] == [
        ("role", dr_chen.user, "assistant.clinics_changed"),
        ("role", dr_chen.user, "-is_assistant"),
        ("role", dr_chen.user, "assistant.ended"),
    ]


# Exports -------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "what"), [
    ("cash_csv", "caja-2026-11-23-2026-11-23.csv"), ("owed_csv", "por-cobrar.csv"),
])  # fmt: skip
def test_downloads_are_noted(frozen, as_, clinic, dr_chen, page, what):
    as_(dr_chen.user).get(reverse(f"portal:{page}"))
    assert entries(dr_chen.user)[-1][:3] == ("export", dr_chen.user, what)


def test_calendar_that_others_read_is_noted(alice):
    make_feed(owner=alice, now=NOW)
    assert entries(alice) == [("export", alice, "calendar", "")]


# For good ------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["update", "delete"])
def test_nothing_is_changed_or_deleted(known, act):
    log_in(known.email, PASSWORD)
    rows = AuditEntry.objects.filter(person=known)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        rows.update(act="logout") if act == "update" else rows._raw_delete("default")
    assert error.value.__cause__.diag.constraint_name == "auditentry_only_grows"


# The page ------------------------------------------------------------------------------


def test_owner_reads_what_happened(frozen, as_, alice, root, dr_chen):
    with transaction.atomic():
        tell_who_acts(root)
        User.objects.filter(pk=alice.pk).update(is_assistant=True)
    with transaction.atomic():
        tell_who_acts(dr_chen.user)
        User.objects.filter(pk=alice.pk).update(is_assistant=False)
    log_in(alice.email, "wrong")
    make_feed(owner=alice, now=NOW)
    html = " ".join(as_(alice).get(PAGE).content.decode().split())
    for said in (
        "Soporte</span> · Cambió lo que la cuenta puede hacer",
        "Desde ahora: recepción de un consultorio.",
        "Ana Molina Paz</span> · Cambió lo que la cuenta puede hacer",
        "Ya no: recepción de un consultorio.",
        "Alguien</span> · Intento de entrar con una contraseña equivocada",
        "Desde la red 203.0.113.0/24",
        "Usted</span> · Descargó datos",
        "dirección de su calendario",
    ):
        assert said in html


def test_others_read_nothing_of_it(as_, alice, bob, client):
    make_feed(owner=alice, now=NOW)
    assert "dirección de su calendario" not in as_(bob).get(PAGE).content.decode()
    assert client.get(PAGE).status_code == 302


def test_page_asks_the_same_of_one_line_and_of_many(as_, alice, django_assert_num_queries):
    client = as_(alice)
    for many in (1, 30):
        AuditEntry.objects.bulk_create(
            AuditEntry(person=alice, actor=alice, act="login", at=NOW) for _ in range(many)
        )
        with django_assert_num_queries(5):
            client.get(PAGE)


@pytest.mark.parametrize(("address", "network"), [
    ("203.0.113.7", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("x", ""), ("", ""),
])  # fmt: skip
def test_network_of_an_address(address, network):
    assert network_of(address) == network
