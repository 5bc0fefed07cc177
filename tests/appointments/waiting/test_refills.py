"""What the list filled again, for the page of occupancy."""

from datetime import timedelta

import pytest

from appointments.models import WaitingOffer
from appointments.no_shows import Way
from appointments.refills import Refill, refill_of
from appointments.services.waiting_answers import accept_offer, terms_of_offer
from appointments.services.waiting_offers import offer_due
from appointments.waiting_enums import OfferState
from tests.appointments.waiting.conftest import HOUR, WEDNESDAY

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def test_offered_to_two_taken_by_one(
    wait, free, clinic, alice, bob, now, django_assert_num_queries
):
    wait(alice, notice_minutes=0), wait(bob, notice_minutes=0)
    late = WEDNESDAY - 20 * HOUR
    free(now=late), free(WEDNESDAY + HOUR, now=now)
    offer_due(now=late)
    over = WaitingOffer.objects.get(starts_at=WEDNESDAY).expires_at
    offer_due(now=over)
    offer = WaitingOffer.objects.get(entry__patient__account=bob, state=OfferState.OFFERED)
    assert offer.starts_at == WEDNESDAY
    terms = terms_of_offer(clinic, Way.AT_ONCE)
    accept_offer(offer=offer, actor=bob, terms=terms, now=over)
    with django_assert_num_queries(2):
        found = refill_of([clinic.pk], now, now + WEEK)
    assert found == Refill(freed_late=30, offered=60, refilled=30)
    assert found.rate == 0.5


def test_nothing_freed(clinic, now):
    found = refill_of([clinic.pk], now, now + WEEK)
    assert (found, found.rate) == (Refill(0, 0, 0), None)
