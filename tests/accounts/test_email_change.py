"""Another address for one's account: proved first, told to the old one."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, User
from notifications.tasks import relay
from tests.privacy.world import sure

pytestmark = pytest.mark.django_db
PAGE = reverse("account_email")
OLD, NEW = "alice@ejemplo.test", "alicia@nueva.test"


def letters(mailoutbox, address):
    relay()
    return [mail for mail in mailoutbox if mail.to == [address]]


@pytest.fixture
def asked(frozen, as_, alice):
    """She asked for the new one, and has not proved it yet."""
    browser = sure(as_(alice))
    assert browser.post(PAGE, {"action_add": "", "email": NEW}).status_code == 302
    return browser


def code_in(mail):
    return re.search(r"^\s*([A-Z0-9]{4,}-?[A-Z0-9]*)\s*$", mail.body, re.M).group(1)


def test_nothing_changes_before_the_new_one_is_proved(asked, alice, mailoutbox):
    (letter,) = letters(mailoutbox, NEW)
    assert code_in(letter)
    alice.refresh_from_db()
    assert alice.email == OLD
    assert letters(mailoutbox, OLD) == []


def test_the_old_one_is_told_once_it_is_proved(asked, alice, mailoutbox):
    (letter,) = letters(mailoutbox, NEW)
    page = reverse("account_email_verification_sent")
    assert asked.post(page, {"code": code_in(letter)}).status_code == 302
    alice.refresh_from_db()
    assert alice.email == NEW
    (told,) = letters(mailoutbox, OLD)
    assert "cambi" in told.subject
    assert NEW not in told.subject
    assert AuditEntry.objects.filter(person=alice, act="email").count() == 1


def test_a_wrong_code_changes_nothing(asked, alice, mailoutbox):
    page = reverse("account_email_verification_sent")
    assert asked.post(page, {"code": "ZZZZ-0000"}).status_code == 422
    alice.refresh_from_db()
    assert alice.email == OLD


@pytest.mark.parametrize("backend", ["core.mail.OutboxEmailBackend", ""])
def test_anothers_address_is_not_told_apart(frozen, as_, alice, bob, settings, mailoutbox, backend):
    """The pages answer as for a free one, and as much is done; its owner keeps it."""
    settings.EMAIL_BACKEND = backend or settings.EMAIL_BACKEND
    seen = []
    for email in (bob.email, NEW):
        browser, before = sure(as_(alice)), len(mailoutbox)
        with CaptureQueriesContext(connection) as asked:
            answer = browser.post(PAGE, {"action_add": "", "email": email})
        count = len(asked)
        page = browser.get(answer.url).content.decode().replace(email, "")
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        seen.append((answer.status_code, answer.url, count, len(mailoutbox) - before, page))
    assert seen[0] == seen[1]
    assert count > 5
    assert User.objects.get(pk=bob.pk).email == "bob@ejemplo.test"
