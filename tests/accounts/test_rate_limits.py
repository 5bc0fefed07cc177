"""django-allauth's limits as the settings have them: each ends in a page or a sentence."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from doctobooking.settings import base
from tests.accounts.factor import AUTHENTICATE, code_of, with_app
from tests.accounts.test_password_reset import NEW, mailed_link
from tests.client import StrictClient
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN, RESET = reverse("account_login"), reverse("account_reset_password")
SENT = reverse("account_reset_password_done")
WRONG = {"login": "alice@ejemplo.test", "password": "otra-clave-larga"}
RIGHT = {"login": "alice@ejemplo.test", "password": PASSWORD}


@pytest.fixture(autouse=True)
def limits(settings):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()


def fail(times, **headers):
    for _n in range(times):
        answer = StrictClient().post(LOGIN, WRONG, headers=headers or None)
    return answer


def test_wrong_passwords_close_the_account_for_a_while(frozen, alice):
    assert fail(5).status_code == 422
    answer = StrictClient().post(LOGIN, RIGHT)
    assert answer.status_code in (422, 429)
    assert "Demasiados intentos" in answer.content.decode()


def test_wrong_passwords_count_whatever_the_spelling(frozen, alice):
    for spelling in ("Alice@ejemplo.test", " alice@ejemplo.test", "ALICE@EJEMPLO.TEST"):
        for _n in range(2):
            StrictClient().post(LOGIN, {**WRONG, "login": spelling})
    assert "Demasiados intentos" in StrictClient().post(LOGIN, RIGHT).content.decode()


def test_wrong_passwords_count_whatever_the_forwarded_address(frozen, alice):
    for n in range(5):
        fail(1, X_Forwarded_For=f"203.0.113.{n}")
    answer = StrictClient().post(LOGIN, RIGHT, headers={"X-Forwarded-For": "203.0.113.99"})
    assert "Demasiados intentos" in answer.content.decode()


@pytest.mark.parametrize("knows_the_browser", [False, True])
def test_owner_still_gets_in_by_a_reset(frozen, alice, knows_the_browser):
    """The limit is no weapon against the account's owner: a new password opens everywhere."""
    own = StrictClient()
    if knows_the_browser:
        own.post(LOGIN, RIGHT)
        own.post(reverse("account_logout"))
    fail(6)
    assert own.post(reverse("account_reset_password"), {"email": RIGHT["login"]}).status_code == 302
    page = own.get(mailed_link(), follow=True)
    assert own.post(page.request["PATH_INFO"], {"password1": NEW}).status_code == 302
    for browser in (own, StrictClient()):
        assert browser.post(LOGIN, {**RIGHT, "password": NEW}).status_code == 302


def test_owners_own_browser_is_not_closed_by_strangers(frozen, alice):
    """The limit is no weapon at all where she logged in before; guesses there count apart."""
    own = StrictClient()
    assert own.post(LOGIN, RIGHT).status_code == 302
    own.post(reverse("account_logout"))
    fail(6)
    assert "Demasiados intentos" in StrictClient().post(LOGIN, RIGHT).content.decode()
    assert own.post(LOGIN, RIGHT).status_code == 302
    own.post(reverse("account_logout"))
    for _n in range(5):
        own.post(LOGIN, WRONG)
    assert "Demasiados intentos" in own.post(LOGIN, RIGHT).content.decode()


def test_browser_of_another_account_is_a_stranger(frozen, alice, bob):
    bobs = StrictClient()
    assert bobs.post(LOGIN, {**RIGHT, "login": "bob@ejemplo.test"}).status_code == 302
    bobs.post(reverse("account_logout"))
    fail(5)
    assert "Demasiados intentos" in bobs.post(LOGIN, RIGHT).content.decode()


def test_codes_of_the_second_step_are_not_guessed(frozen, client, alice):
    with_app(alice)
    client.post(LOGIN, RIGHT)
    answers = [client.post(AUTHENTICATE, {"code": "000000"}) for _n in range(6)]
    assert "Demasiados intentos" in answers[-1].content.decode()
    assert client.post(AUTHENTICATE, {"code": code_of()}).status_code == 422


def test_other_accounts_are_not_closed(frozen, alice, bob):
    fail(5)
    answer = StrictClient().post(LOGIN, {**RIGHT, "login": "bob@ejemplo.test"})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("name", "limit", "data"),
    [
        ("account_login", 30, {"login": "x", "password": "y"}),
        ("account_signup", 20, {"email": "x"}),
        ("account_reset_password", 20, {"email": "alice@ejemplo.test"}),
    ],
)
def test_too_many_posts_are_a_clean_429(frozen, alice, name, limit, data):
    client = StrictClient()
    answers = [client.post(reverse(name), data) for _n in range(limit + 1)]
    assert [a.status_code for a in answers[:limit]] == [answers[0].status_code] * limit
    last = answers[-1]
    assert last.status_code == 429
    assert "Demasiados intentos seguidos" in last.content.decode()
    assert '<html lang="es">' in last.content.decode()
    # The pause is a minute here and an hour there.
    said = re.search(r'class="lead">(.*?)<', last.content.decode())[1]
    assert ("Espere un rato" in said, "minuto" in said) == (True, False)


def ask_for_links(times, email="alice@ejemplo.test"):
    """Where each answer leads."""
    return [StrictClient().post(RESET, {"email": email}).get("Location") for _n in range(times)]


@pytest.mark.parametrize("email", ["alice@ejemplo.test", "nadie@ejemplo.test"])
def test_reset_mails_stop_with_the_limit(frozen, alice, email):
    """Nobody sees that from the page, nor whether there is such an account."""
    assert ask_for_links(4, email) + ask_for_links(4, email.upper()) == [SENT] * 8
    assert len(mail.outbox) == 5
    with time_machine.travel(frozen + timedelta(minutes=61), tick=False):
        ask_for_links(1, email)
    assert len(mail.outbox) == 6


def test_stranger_does_not_close_both_doors(frozen, alice):
    """Five log-ins and five links, and more of both: a link that was mailed opens, and so does a
    browser that knows her.
    """
    own, new = StrictClient(), StrictClient()
    assert own.post(LOGIN, RIGHT).status_code == 302
    own.post(reverse("account_logout"))
    ask_for_links(7)
    fail(6)
    assert "Demasiados intentos" in new.post(LOGIN, RIGHT).content.decode()
    later = frozen + timedelta(minutes=59)
    with time_machine.travel(later, tick=False):
        fail(6)
        assert new.post(RESET, {"email": RIGHT["login"]}).url == SENT
        assert len(mail.outbox) == 5
        form = new.get(mailed_link(), follow=True).request["PATH_INFO"]
        assert new.post(form, {"password1": NEW}).status_code == 302
        assert new.post(LOGIN, {**RIGHT, "password": NEW}).status_code == 302
        fail(6)
        assert own.post(LOGIN, {**RIGHT, "password": NEW}).status_code == 302


def test_browser_that_knows_her_opens_while_both_are_spent(frozen, alice):
    own = StrictClient()
    own.post(LOGIN, RIGHT)
    own.post(reverse("account_logout"))
    ask_for_links(7)
    fail(6)
    assert own.post(LOGIN, RIGHT).status_code == 302
