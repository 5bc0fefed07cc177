"""The constraints of what people ask about their data."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.audit import note
from accounts.enums import AuditAct
from accounts.models import AuditEntry
from privacy.models import Closing, DataExport
from reviews.models import ReviewVersion
from tests.breaches import Breach, check
from tests.conftest import NOW
from tests.factories import ReviewFactory

pytestmark = pytest.mark.django_db
ASKED = {"account": lambda alice: alice, "requested_at": NOW}
CLOSES = {**ASKED, "due_at": NOW + timedelta(hours=12)}
SWITCH = "SET LOCAL doctobooking.erasing = 'on'"
BREACHES = {
    "dataexport_one_at_a_time": Breach(DataExport, ASKED),
    "dataexport_expires": Breach(DataExport, {**ASKED, "ready_at": NOW, "expires_at": NOW}),
    "dataexport_content_is_ready": Breach(
        DataExport, {**ASKED, "content_sealed": b"x", "failed_at": NOW}
    ),
    "closing_once": Breach(Closing, CLOSES),
    "closing_can_be_taken_back": Breach(Closing, {**CLOSES, "due_at": NOW}),
    "closing_done_when_due": Breach(Closing, {**CLOSES, "done_at": NOW + timedelta(hours=11)}),
}


@pytest.mark.parametrize("name", BREACHES)
def test_constraint(alice, name):
    if name == "dataexport_one_at_a_time":
        DataExport.objects.create(account=alice, requested_at=NOW - timedelta(days=3))
    if name == "closing_once":
        Closing.objects.create(**{**CLOSES, "account": alice})
    check(name, BREACHES[name], alice)


@pytest.fixture
def lines(alice, erin):
    """One of the log of an account, one of an opinion."""
    review = ReviewFactory(visit__patient=alice.patients.get())
    version = ReviewVersion.objects.create(review=review, number=1, at=NOW, text="Bien", general=5,
                                           explanation=5, punctuality=5, treatment=5)  # fmt: skip
    return note(AuditAct.CORRECTED, person=alice, actor=erin, at=NOW, what="Llamó"), version


def is_refused(rows, **columns):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SWITCH)
            rows.update(**columns)
    except IntegrityError:
        return True
    return False


def test_even_where_an_account_is_erased_words_go_and_nothing_else(lines, alice):
    logged_in = note(AuditAct.LOGIN, person=alice, actor=alice, at=NOW, what="Firefox")
    entries, versions = AuditEntry.objects.filter(pk=lines[0].pk), ReviewVersion.objects.all()
    assert is_refused(entries, what="Otra")
    assert is_refused(entries, what="", act="login")
    assert is_refused(entries, what="", at=NOW - timedelta(days=1))
    assert is_refused(AuditEntry.objects.filter(pk=logged_in.pk), what="")
    assert is_refused(versions, text="Mal")
    assert is_refused(versions, text="", general=1)
    assert not is_refused(entries, what="")
    assert not is_refused(versions, text="")


def test_elsewhere_nothing_goes(lines):
    for rows, words in ((AuditEntry.objects.all(), "what"), (ReviewVersion.objects.all(), "text")):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{words: ""})
