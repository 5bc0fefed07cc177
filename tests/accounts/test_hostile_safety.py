"""The forms of the second step x bad input: a sentence and 4xx, nothing stored, never a 5xx."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.accounts.factor import ACTIVATE, AUTHENTICATE, enter, proved, with_app
from tests.test_hostile import VALUES, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ADD, PASSKEY_LOGIN = reverse("mfa_add_webauthn"), reverse("mfa_login_webauthn")
REASK, REASK_KEY = reverse("mfa_reauthenticate"), reverse("mfa_reauthenticate_webauthn")
# What looks like an answer of a browser and is none.
CREDENTIALS = {
    **VALUES,
    "number": "7", "list": "[]", "null": "null", "empty object": "{}", "true": "true",
    "deep": "[" * 5000 + "]" * 5000,
    "no response": json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key"}),
    "no base64": json.dumps({
        "id": "\u00e9", "rawId": "\u00e9", "type": "public-key",
        "response": {"clientDataJSON": "%%", "attestationObject": "%%",
                     "authenticatorData": "%%", "signature": "%%", "userHandle": "%%"},
    }),
    "no cbor": json.dumps({
        "id": "AAAA", "rawId": "AAAA", "type": "public-key",
        "response": {"clientDataJSON": "e30", "attestationObject": "AAAA",
                     "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "MQ"},
    }),
}  # fmt: skip
FINE = (302, 404, 422, 429)


@pytest.mark.parametrize("word", VALUES)
def test_codes(frozen, alice, word):
    with_app(alice)
    browser = Client(raise_request_exception=False)
    enter(browser, alice)
    answer = browser.post(AUTHENTICATE, {"code": VALUES[word]})
    show(answer)
    assert answer.status_code == 422
    assert browser.get(reverse("appointments:mine")).status_code == 302


@pytest.mark.parametrize("word", CREDENTIALS)
def test_credentials(frozen, alice, word):
    value = CREDENTIALS[word]
    stranger = Client(raise_request_exception=False)
    stranger.get(PASSKEY_LOGIN, headers={"X-Requested-With": "XMLHttpRequest"})
    browser = Client(raise_request_exception=False)
    browser.force_login(alice)
    proved(browser)
    browser.get(ADD)
    answers = [
        stranger.post(PASSKEY_LOGIN, {"credential": value}),
        browser.post(ADD, {"name": "x", "credential": value}),
        browser.post(ADD, {"name": value, "credential": "{}"}),
        browser.post(REASK_KEY, {"credential": value}),
        browser.post(REASK, {"code": value}),
        browser.post(ACTIVATE, {"code": value}),
    ]
    assert [a.status_code for a in answers if a.status_code not in FINE] == []
    assert not Authenticator.objects.exists()
    assert stranger.get(reverse("appointments:mine")).status_code == 302


@pytest.mark.parametrize("number", ["0", "-1", "9" * 400, "x", "1a"])
def test_keys_that_are_none(as_, alice, number):
    browser = proved(as_(alice))
    page = reverse("accounts:passkey_remove", args=[number])
    assert (browser.get(page).status_code, browser.post(page).status_code) == (404, 404)


@pytest.mark.parametrize("next_", ["//evil.test", "https://evil.test/", "http://[", "javascript:x"])
def test_next_leads_nowhere_else(frozen, as_, alice, next_):
    browser = as_(with_app(alice))
    answer = browser.post(reverse("account_reauthenticate"), {"password": "x", "next": next_})
    assert answer.status_code == 422
    login = Client().post(PASSKEY_LOGIN, {"credential": "{}", "next": next_})
    assert login.url == reverse("account_login")
