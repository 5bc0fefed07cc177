"""A copy of one's data: asked for, made by a worker, told of by a mail, gone after a week."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

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
