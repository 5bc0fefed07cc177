"""Asking for a copy, and fetching it: the owner alone, with the password, while it lasts."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from privacy.models import DataExport
from privacy.services.exporting import make_due_exports
from tests.privacy.world import sure

pytestmark = pytest.mark.django_db
PAGE, EXPORT = reverse("privacy:mine"), reverse("privacy:export")


def test_asks_for_the_password_first(frozen, as_, alice):
    browser = as_(alice)
    answer = browser.post(EXPORT)
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not DataExport.objects.exists()


def test_double_submit_makes_one(frozen, as_, alice):
    browser = sure(as_(alice))
    for _twice in range(2):
        assert browser.post(EXPORT).url == PAGE
    assert DataExport.objects.count() == 1
    html = browser.get(PAGE).content.decode()
    assert "La estamos preparando" in html
    assert "Ya estamos preparando una copia de sus datos." in html


@pytest.fixture
def ready(frozen, alice):
    export = DataExport.objects.create(account=alice, requested_at=frozen)
    make_due_exports(now=frozen)
    return reverse("privacy:download", args=[export.public_id])


def test_download(frozen, as_, alice, ready, unzipped):
    browser = sure(as_(alice))
    assert ready in browser.get(PAGE).content.decode()
    answer = browser.get(ready)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="doctobooking-2026-11-23.zip"'
    assert "no-store" in answer["Cache-Control"]
    assert "data.json" in unzipped(answer.content)
    (entry,) = AuditEntry.objects.filter(act="export")
    assert (entry.person, entry.actor, entry.what) == (alice, alice, "export")
    assert "copia de todos sus datos" in browser.get("/cuenta/actividad/").content.decode()


def test_download_asks_for_the_password(as_, alice, ready):
    assert as_(alice).get(ready).url.startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("who", ["bob", "erin", "root"])
def test_download_of_another_is_404(request, as_, ready, who):
    browser = sure(as_(request.getfixturevalue(who)))
    assert browser.get(ready).status_code == 404


def test_expired_copy_is_gone(frozen, as_, alice, ready):
    with time_machine.travel(frozen + timedelta(days=7), tick=False):
        browser = sure(as_(alice))
        assert browser.get(ready).status_code == 404
        html = browser.get(PAGE).content.decode()
    assert "Venció y la borramos." in html
    assert ready not in html
