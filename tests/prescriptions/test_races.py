"""Two windows at the very same moment: one prescription, one revocation."""

import uuid

import pytest

from core.models import Event
from prescriptions.models import Prescription, Revocation
from prescriptions.paper import prescription_pdf
from prescriptions.refusals import AlreadyRevoked
from prescriptions.services.issuing import Order, issue_prescription
from prescriptions.services.reading import open_prescription
from prescriptions.services.revoking import revoke_prescription
from records.enums import Act
from records.models import AccessLog
from tests.prescriptions.world import MARKED, prescribe
from tests.records.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_windows_issue_the_same_form(attended, look):
    order = Order(uuid.uuid4(), MARKED, days=30, repeats=0)

    def issue():
        return issue_prescription(visit=attended, order=order, look=look).pk

    came = at_once(issue, issue, issue)
    assert came == [Prescription.objects.get().pk] * 3
    assert Event.objects.filter(name="prescription.issued").count() == 1


def test_two_windows_revoke(attended, look):
    row = prescribe(attended)

    def revoking(reason):
        def act():
            try:
                return revoke_prescription(prescription=row, reason=reason, look=look).pk
            except AlreadyRevoked:
                return "already"

        return act

    came = at_once(revoking("una"), revoking("otra"))
    assert sorted(map(str, came)) == sorted([str(Revocation.objects.get().pk), "already"])


def test_revoked_while_it_is_downloaded(attended, look):
    """The paper is whole, of before or after; each did what it did, and the log says so."""
    row = prescribe(attended)

    def download():
        found = Prescription.objects.with_visits().get(pk=row.pk)
        opened = open_prescription(prescription=found, act=Act.RX_PRINTED, look=look)
        return prescription_pdf(opened, now=look.at)[:5]

    def revoke():
        return revoke_prescription(prescription=row, reason="una", look=look).pk

    assert at_once(download, revoke) == [b"%PDF-", Revocation.objects.get().pk]
    acts = AccessLog.objects.values_list("act", flat=True)
    assert sorted(acts) == ["rx_printed", "rx_revoked"]
