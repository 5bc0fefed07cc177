"""What is due goes at its second, and only that."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command

from accounts.models import Invitation
from privacy.models import DataExport
from privacy.retention import GONE, count_due, forget_due
from records.models import KeptIdentity
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
HALF_A_YEAR = timedelta(days=180)


@pytest.fixture
def held(alice, dr_chen, now):
    """One row of each rule; the moment at which each is due is `now`."""
    copy = DataExport(account=alice, requested_at=now - timedelta(days=7))
    copy.ready_at, copy.expires_at = copy.requested_at, now
    copy.content = b"PK"
    copy.save()
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date=now)
    KeptIdentity.objects.create(
        patient=PatientFactory(), country="EC", kept_at=now - timedelta(days=5500),
        keep_until=(now - timedelta(days=1)).date(), content_sealed=b"x", content_digest=b"x",
    )  # fmt: skip
    Invitation.objects.create(
        purpose="assistant", email="marta@ejemplo.test", created_by=dr_chen.user,
        created_at=now - timedelta(days=210), expires_at=now - HALF_A_YEAR,
    )  # fmt: skip


def kept():
    return {
        "exports": DataExport.objects.filter(content_sealed__isnull=False).count(),
        "sessions": Session.objects.count(),
        "invitations": Invitation.objects.exclude(email=GONE).count(),
        "identities": KeptIdentity.objects.count(),
    }


ALL, NONE = (
    dict.fromkeys(("exports", "sessions", "invitations", "identities"), 1),
    dict.fromkeys(("exports", "sessions", "invitations", "identities"), 0),
)


def test_nothing_goes_a_second_before(held, now):
    KeptIdentity.objects.update(keep_until=now.date())
    assert forget_due(now=now - SECOND) == NONE
    assert kept() == ALL


def test_all_goes_at_its_second_once(held, now):
    assert count_due(now=now) == ALL
    assert forget_due(now=now) == ALL
    assert kept() == NONE
    assert forget_due(now=now + SECOND) == NONE
    assert DataExport.objects.count() == 1


def test_invitation_that_was_taken_stays(alice, dr_chen, now):
    Invitation.objects.create(
        purpose="assistant", email="marta@ejemplo.test", created_by=dr_chen.user,
        created_at=now - timedelta(days=400), expires_at=now - timedelta(days=370),
        accepted_at=now - timedelta(days=390), accepted_by=alice,
    )  # fmt: skip
    assert forget_due(now=now) == NONE


def test_dry_run_counts_and_keeps(held, frozen):
    said = StringIO()
    call_command("retention", "--dry-run", stdout=said)
    assert said.getvalue().splitlines() == [
        "exports: 1",
        "sessions: 1",
        "invitations: 1",
        "identities: 1",
    ]
    assert kept() == ALL
