"""The waiting list of the demo's doctor."""

import pytest

from appointments.models import WaitingEntry, WaitingOffer
from tests.demo.test_seed_demo import NOW, seed

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_live_offer_and_people_behind():
    seed()
    offer = WaitingOffer.objects.with_people().get()
    assert offer.is_live(NOW)
    assert offer.entry.patient.account.email == "paciente@demo.test"
    assert offer.doctor.user.email == "medica@demo.test"
    assert WaitingEntry.objects.open().order_by("created_at").first() == offer.entry
    assert WaitingEntry.objects.open().count() > 1
