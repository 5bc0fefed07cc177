"""A copy of one's data: asked for, made by a worker, told of by a mail, gone after a week."""

import hashlib
import json
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.db import OperationalError, connection

from accounts.models import AuditEntry
from privacy.models import DataExport
from privacy.refusals import ExportPending, TooManyExports
from privacy.services import exporting
from privacy.services.exporting import make_due_exports, open_export, request_export

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def made(alice, now):
    export = request_export(account=alice, now=now)
    assert make_due_exports(now=now) == 1
    export.refresh_from_db()
    return export


def test_made_once_with_its_sum_and_end(made, alice, now, unzipped):
    assert make_due_exports(now=now) == 0
    assert (made.ready_at, made.expires_at) == (now, now + WEEK)
    assert (made.size, made.sha256) == (
        len(made.content),
        hashlib.sha256(made.content).hexdigest(),
    )
    account = json.loads(unzipped(made.content)["data.json"])["account"]
    assert account[0]["email"] == alice.email


def test_file_is_sealed_at_rest(made, alice):
    with connection.cursor() as cursor:
        cursor.execute("SELECT content_sealed FROM privacy_dataexport")
        (stored,) = cursor.fetchone()
    assert b"PK\x03\x04" not in bytes(stored)
    assert alice.email.encode() not in bytes(stored)


def test_mail_tells_and_grants_nothing(made, alice):
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([alice.email], "Sus datos están listos")
    assert "/cuenta/privacidad/" in letter.body
    assert str(made.public_id) not in letter.body


@pytest.mark.parametrize(("language", "zone", "until"), [
    ("es", "UTC", "hasta el lunes 30 de noviembre, 9:00, hora de Ecuador (GMT-5)."),
    ("es", "Europe/Madrid", "hasta el lunes 30 de noviembre, 15:00, hora de Madrid (GMT+1)."),
    ("en", "UTC", "until Monday 30 November, 9:00, Ecuador time (GMT-5)."),
])  # fmt: skip
def test_mail_says_until_when_on_the_clock_of_the_page(frozen, alice, language, zone, until):
    alice.language, alice.time_zone = language, zone
    alice.save(update_fields=["language", "time_zone"])
    request_export(account=alice, now=frozen)
    assert make_due_exports(now=frozen) == 1
    (letter,) = mail.outbox
    assert until in " ".join(letter.body.split())


def test_one_at_a_time(alice, now):
    request_export(account=alice, now=now)
    with pytest.raises(ExportPending):
        request_export(account=alice, now=now)
    assert DataExport.objects.count() == 1


def test_three_a_day(alice, now):
    for _copy in range(3):
        request_export(account=alice, now=now)
        make_due_exports(now=now)
    with pytest.raises(TooManyExports):
        request_export(account=alice, now=now + timedelta(hours=23))
    request_export(account=alice, now=now + timedelta(days=1))
    assert DataExport.objects.count() == 4


@pytest.mark.parametrize(("after", "is_open"), [(-1, True), (0, False), (1, False)])
def test_link_expires(made, alice, after, is_open):
    at = made.expires_at + timedelta(seconds=after)
    assert (open_export(export=made, actor=alice, now=at) is not None) is is_open
    assert AuditEntry.objects.filter(act="export", what="export").count() == int(is_open)


def test_one_that_fails_is_marked_and_stops_no_other(alice, bob, now, monkeypatch, caplog):
    first = request_export(account=alice, now=now)
    second = request_export(account=bob, now=now + timedelta(seconds=1))
    real = exporting.bundle_of

    def fails_for_alice(asking):
        if asking.user == alice:
            raise OSError("disk")
        return real(asking)

    monkeypatch.setattr(exporting, "bundle_of", fails_for_alice)
    assert make_due_exports(now=now) == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.failed_at, first.ready_at, second.ready_at) == (now, None, now)
    assert alice.email not in caplog.text
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([alice.email], "No pudimos preparar sus datos"), ([bob.email], "Sus datos están listos"),
    ]  # fmt: skip
    assert "/cuenta/privacidad/" in mail.outbox[0].body


def test_one_that_failed_counts_for_nothing(alice, now, monkeypatch):
    monkeypatch.setattr(exporting, "bundle_of", raises(OSError("disk")))
    for _copy in range(4):
        request_export(account=alice, now=now)
        assert make_due_exports(now=now) == 1
    assert DataExport.objects.filter(failed_at=now).count() == 4
    assert request_export(account=alice, now=now).failed_at is None


def raises(error):
    def make(_asking):
        raise error

    return make


@pytest.mark.parametrize("error", [SoftTimeLimitExceeded(), OperationalError("away")])
def test_one_that_is_interrupted_is_made_by_a_later_run(alice, now, monkeypatch, error):
    export = request_export(account=alice, now=now)
    with monkeypatch.context() as broken:
        broken.setattr(exporting, "bundle_of", raises(error))
        assert make_due_exports(now=now) == 0
    export.refresh_from_db()
    assert (export.failed_at, export.ready_at, export.attempts) == (None, None, 1)
    assert mail.outbox == []
    later = now + exporting.RETRY_AFTER
    assert make_due_exports(now=later - timedelta(seconds=1)) == 0
    assert make_due_exports(now=later) == 1
    export.refresh_from_db()
    assert (export.failed_at, export.ready_at, export.attempts) == (None, later, 2)


def test_one_that_always_takes_too_long_ends_as_failed(alice, now, monkeypatch):
    export = request_export(account=alice, now=now)
    monkeypatch.setattr(exporting, "bundle_of", raises(SoftTimeLimitExceeded()))
    runs = [make_due_exports(now=now + n * exporting.RETRY_AFTER) for n in range(5)]
    assert runs == [0, 0, 0, 1, 0]
    export.refresh_from_db()
    assert export.failed_at == now + 3 * exporting.RETRY_AFTER
    assert [letter.subject for letter in mail.outbox] == ["No pudimos preparar sus datos"]


def test_one_that_is_tried_again_stands_in_no_others_way(alice, bob, now, monkeypatch):
    first = request_export(account=alice, now=now)
    with monkeypatch.context() as broken:
        broken.setattr(exporting, "bundle_of", raises(SoftTimeLimitExceeded()))
        make_due_exports(now=now)
    later = now + exporting.RETRY_AFTER
    second = request_export(account=bob, now=later)
    monkeypatch.setattr(exporting, "RUN_SECONDS", 0)
    assert make_due_exports(now=later) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.ready_at, second.ready_at) == (None, later)


def test_none_is_begun_once_the_time_of_a_run_is_over(alice, bob, now, monkeypatch):
    for account in (alice, bob):
        request_export(account=account, now=now)
    monkeypatch.setattr(exporting, "RUN_SECONDS", 0)
    assert [make_due_exports(now=now) for _run in range(3)] == [1, 1, 0]
