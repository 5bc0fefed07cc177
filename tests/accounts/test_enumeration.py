"""Nobody learns from a form who has an account: not by its text, its status, its mails, its work.

Time is compared by what takes it (a password's hash is nearly all of it), so that a busy machine
cannot make the test say something else.
"""

import re
from collections import Counter

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.accounts.factor import with_app
from tests.accounts.test_signup import GOOD as SIGNUP
from tests.client import StrictClient
from tests.factories import PASSWORD
from tests.tables import changed, digests

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "alice@ejemplo.test", "nadie@ejemplo.test"
FORMS = {
    "account_login": lambda email: {"login": email, "password": "otra-clave-larga"},
    "account_reset_password": lambda email: {"email": email},
    "account_signup": lambda email: {**SIGNUP, "email": email},
}


@pytest.fixture
def hashes(settings, monkeypatch, alice):
    """How often each kind of work with a password was done, with the hasher of production."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    alice.set_password(PASSWORD)
    alice.save()
    done = Counter()
    for name in ("encode", "verify"):
        work = getattr(Argon2PasswordHasher, name)

        def counted(self, *args, work=work, **kwargs):
            done["argon2"] += 1
            return work(self, *args, **kwargs)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return done


def answer_to(form, email):
    """Status, where to, text without the address, how many mails."""
    mail.outbox.clear()
    browser = StrictClient()
    answer = browser.post(reverse(form), FORMS[form](email), follow=True)
    text = answer.content.decode().replace(email, "")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return answer.status_code, answer.redirect_chain, text, len(mail.outbox)


@pytest.mark.parametrize("form", FORMS)
def test_known_and_unknown_are_answered_alike(frozen, alice, form):
    assert answer_to(form, KNOWN) == answer_to(form, UNKNOWN)


@pytest.mark.parametrize("form", FORMS)
def test_known_and_unknown_cost_the_same_hashes(frozen, hashes, form):
    counts = []
    for email in (KNOWN, UNKNOWN):
        hashes.clear()
        answer_to(form, email)
        counts.append(hashes["argon2"])
    assert counts[0] == counts[1]


@pytest.mark.parametrize("backend", ["core.mail.OutboxEmailBackend", ""])
@pytest.mark.parametrize("form", FORMS)
def test_known_and_unknown_ask_the_database_as_much(frozen, settings, alice, form, backend):
    """The same number of times; as at work, where mails are rows that wait, and without them."""
    settings.EMAIL_BACKEND = backend or settings.EMAIL_BACKEND
    counts = []
    for email in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as asked:
            StrictClient().post(reverse(form), FORMS[form](email))
        counts.append(len(asked))
    assert counts[0] == counts[1] >= 3


def test_what_is_done_for_nothing_leaves_nothing(frozen, alice):
    """Of a sign-up with an address that is taken."""
    before = digests()
    assert answer_to("account_signup", KNOWN)[-1] == 1
    assert changed(before, digests()) == []
    assert [letter.to for letter in mail.outbox] == [[KNOWN]]


def test_second_step_is_asked_of_who_knows_the_password_only(frozen, alice):
    plain = answer_to("account_login", UNKNOWN)
    with_app(alice)
    assert answer_to("account_login", KNOWN) == plain
