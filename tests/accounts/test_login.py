"""Entering, leaving, and what neither tells."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from tests.client import StrictClient
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
LOGOUT = reverse("account_logout")
GOOD = {"login": "alice@ejemplo.test", "password": PASSWORD}
STRANGE_PLACES = [
    "https://malo.test/", "//malo.test", "///malo.test", "/\\malo.test", "\\\\malo.test",
    "https:malo.test", "javascript:alert(1)", "data:text/html,x", "http://[::1", "http://testserver@malo.test",
    "/%0d%0aLocation:https://malo.test", "\r\nLocation: https://malo.test", "\x00", " //malo.test",
    "http://malo.test\\@testserver", "ftp://testserver/", "x" * 10_000, "🙂", "\u202e//malo",
]  # fmt: skip


def test_login_enters(client, alice):
    answer = client.post(LOGIN, GOOD)
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get(reverse("appointments:mine")).status_code == 200


def test_login_by_any_case_and_with_spaces_around(client, alice):
    assert client.post(LOGIN, {**GOOD, "login": " Alice@Ejemplo.TEST "}).status_code == 302


def test_login_of_a_doctor_leads_to_the_agenda(client, dr_chen):
    answer = client.post(LOGIN, {**GOOD, "login": "chen@ejemplo.test"})
    assert answer.url == reverse("portal:agenda")


def test_login_changes_the_session(client, alice, walk):
    walk.hold()
    before = walk.client.session.session_key
    walk.client.post(LOGIN, GOOD)
    assert walk.client.session.session_key != before


def test_logout_ends_the_session(alice):
    client = StrictClient()
    client.force_login(alice)
    cookies = dict(client.cookies)
    assert client.post(LOGOUT).url == "/"
    stolen = StrictClient()
    stolen.cookies.update(cookies)
    assert stolen.get(reverse("appointments:mine")).status_code == 302


def test_logout_by_get_asks_first(as_, alice):
    client = as_(alice)
    assert "¿Quiere salir de su cuenta?" in client.get(LOGOUT).content.decode()
    assert client.get(reverse("appointments:mine")).status_code == 200


def refused(data):
    answer = StrictClient().post(LOGIN, data)
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, html.replace(data["login"], "")


def test_login_tells_nobody_who_has_an_account(alice):
    wrong = refused({**GOOD, "password": "otra-clave-larga"})
    assert wrong == refused({**GOOD, "login": "nadie@ejemplo.test"})
    assert wrong[0] == 422
    assert "El correo o la contraseña no coinciden" in wrong[1]
    assert mail.outbox == []


def test_login_does_not_send_the_password_back(client, alice):
    answer = client.post(LOGIN, {**GOOD, "password": "secreto-que-no-va"})
    assert "secreto-que-no-va" not in answer.content.decode()


def test_login_of_an_unconfirmed_address_asks_for_the_code(client):
    UserFactory(email="nueva@ejemplo.test", verified=False)
    answer = client.post(LOGIN, {**GOOD, "login": "nueva@ejemplo.test"})
    assert answer.url == reverse("account_email_verification_sent")
    assert len(mail.outbox) == 1
    assert client.get(reverse("appointments:mine")).status_code == 302


def test_login_of_a_closed_account_is_refused(client, alice):
    alice.is_active = False
    alice.save()
    client.post(LOGIN, GOOD)
    assert client.get(reverse("appointments:mine")).status_code == 302


def test_closing_an_account_ends_its_sessions(as_, alice):
    client = as_(alice)
    alice.is_active = False
    alice.save()
    assert client.get(reverse("appointments:mine")).status_code == 302


def test_a_new_password_ends_other_sessions(as_, alice):
    client = as_(alice)
    alice.set_password("otra-clave-larga-9")
    alice.save()
    assert client.get(reverse("appointments:mine")).status_code == 302


@pytest.mark.parametrize("place", STRANGE_PLACES)
@pytest.mark.parametrize("way", ["login", "logout", "signup", "language"])
def test_no_door_leads_off_the_site(as_, client, alice, way, place):
    if way == "login":
        answer = client.post(LOGIN, {**GOOD, "next": place}, query_params={"next": place})
    elif way == "logout":
        answer = as_(alice).post(LOGOUT, {"next": place}, query_params={"next": place})
    elif way == "signup":
        answer = as_(alice).get(reverse("account_signup"), {"next": place.replace("\x00", "")})
    else:
        data = {"language": "en", "next": place}
        answer = client.post(reverse("set_language"), data, headers={"Referer": place.strip()})
    assert answer.status_code in (302, 400)
    if answer.status_code == 302:
        assert re.match(r"/(?![/\\])|http://testserver/|x+$|%F0%9F%99%82$|%E2%80%AE//", answer.url)


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_doors_need_a_csrf_token(name, alice):
    client = StrictClient(enforce_csrf_checks=True)
    assert client.post(reverse(name), GOOD).status_code == 403
