"""Guesses at a password: five in five minutes, whoever asks, wherever from, however it is spelt."""

import itertools
import unicodedata
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.urls import reverse

from doctobooking.settings import base
from tests.accounts.test_password_reset import NEW, mailed_link
from tests.client import StrictClient
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
EMAIL = "kira.ibis@ejemplo.test"
# Whatever .lower() makes the same: they open the account, so they count as it.
SPELLINGS = (
    EMAIL, EMAIL.upper(), EMAIL.title(), f"  {EMAIL}\t", "\u212aira.ibis@ejemplo.test",
    "KIRA.ibis@EJEMPLO.TEST",
)  # fmt: skip
# Databases, mail servers and eyes may take them for the same: we do not.
LOOK_ALIKES = (
    "k\u0131ra.ibis@ejemplo.test",  # dotless i, which upper() makes an I
    "K\u0130RA.ibis@ejemplo.test",  # dotted I
    "kira.ibi\u017f@ejemplo.test",  # long s, which upper() makes an S
    "kíra.ibis@ejemplo.test",
    unicodedata.normalize("NFD", "kíra.ibis@ejemplo.test"),
    "".join(chr(ord(sign) + 0xFEE0) for sign in "kira.ibis") + "@ejemplo.test",  # full width
    "\u043aira.ibis@ejemplo.test",  # Cyrillic
    "kira.ibis@ejemplo\u3002test",
    "kira\u200b.ibis@ejemplo.test",
    "kira\u00ad.ibis@ejemplo.test",
    "kira.ibis\uff20ejemplo.test",
    f"{EMAIL}\x00",
)


@pytest.fixture(autouse=True)
def limits(settings):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()


@pytest.fixture
def kira(db):
    return UserFactory(email=EMAIL)


@pytest.fixture
def judged(monkeypatch):
    """The passwords that were held against a stored one."""
    found, verify = [], MD5PasswordHasher.verify

    def noted(self, password, encoded):
        found.append(password)
        return verify(self, password, encoded)

    monkeypatch.setattr(MD5PasswordHasher, "verify", noted)
    return found


def attempt(email, password=PASSWORD, address="", browser=None):
    headers = {"X-Forwarded-For": address} if address else {}
    data = {"login": email, "password": password}
    return (browser or StrictClient()).post(LOGIN, data, headers=headers)


@pytest.mark.parametrize("email", SPELLINGS)
def test_other_spellings_are_the_same_account(frozen, kira, email):
    assert attempt(email).status_code == 302


@pytest.mark.parametrize("email", LOOK_ALIKES, ids=ascii)
def test_look_alikes_are_nobody(frozen, kira, judged, email):
    browser = StrictClient()
    assert attempt(email, browser=browser).status_code == 422
    assert (judged, "_auth_user_id" in browser.session) == ([], False)


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_five_guesses_in_five_minutes(frozen, kira, judged, settings, proxies):
    """Each from another address, or said to be; in every spelling."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    names = itertools.cycle((*SPELLINGS, *LOOK_ALIKES))
    for second in range(0, 300, 5):
        with time_machine.travel(frozen + timedelta(seconds=second), tick=False):
            # The last of them is what a proxy of ours would have seen.
            address = f"198.51.{second % 250}.9, 203.0.{second % 250}.7, 192.0.2.{second % 250}"
            attempt(next(names), f"guess-{second}", address)
            cookies = StrictClient()
            cookies.cookies[settings.DEVICE_COOKIE_NAME] = f"x{second}"
            attempt(EMAIL, f"cookie-{second}", address, cookies)
    assert len(judged) == 5
    assert PASSWORD not in judged
    late = frozen + timedelta(seconds=299)
    with time_machine.travel(late, tick=False):
        assert "Demasiados intentos" in attempt(EMAIL).content.decode()


def test_owner_gets_in_by_a_reset_meanwhile_and_without_one_later(frozen, kira):
    for _n in range(6):
        attempt(EMAIL, "wrong")
    browser = StrictClient()
    browser.post(reverse("account_reset_password"), {"email": EMAIL})
    page = browser.get(mailed_link(), follow=True)
    assert browser.post(page.request["PATH_INFO"], {"password1": NEW}).status_code == 302
    assert attempt(EMAIL, NEW).status_code == 302
    for _n in range(6):
        attempt(EMAIL, "wrong")
    assert "Demasiados intentos" in attempt(EMAIL, NEW).content.decode()
    # Not where the new password was chosen: who guesses on and on keeps nobody out.
    assert attempt(EMAIL, NEW, browser=browser).status_code == 302
    with time_machine.travel(frozen + timedelta(minutes=6), tick=False):
        assert attempt(EMAIL, NEW).status_code == 302


def test_guesses_before_the_new_password_is_typed_keep_nobody_out(frozen, kira):
    browser = StrictClient()
    browser.post(reverse("account_reset_password"), {"email": EMAIL})
    page = browser.get(mailed_link(), follow=True)
    browser.post(page.request["PATH_INFO"], {"password1": NEW})
    for _n in range(6):
        attempt(EMAIL, "wrong")
    assert attempt(EMAIL, NEW, browser=browser).status_code == 302
    row = kira.sessions.get(ended_at__isnull=False)
    assert (row.session_key, kira.sessions.count()) == ("", 2)
