"""The five classic faults of waiting lists, one test each."""

from datetime import timedelta

import pytest

from appointments.enums import Status
from appointments.models import FreedTime, WaitingOffer
from appointments.no_shows import Way
from appointments.queries import is_offered
from appointments.services.cancelling import cancel_appointment
from appointments.services.sweeping import release_run_out_holds
from appointments.services.waiting_answers import accept_offer, refuse_offer, terms_of_offer
from appointments.services.waiting_entries import leave_waiting
from appointments.services.waiting_offers import RESTS, offer_due
from appointments.waiting_enums import FreedState, OfferState, Skip
from tests.appointments.waiting.conftest import HOUR, WEDNESDAY

pytestmark = pytest.mark.django_db


def accept(offer, account, now):
    terms = terms_of_offer(offer.clinic, Way.AT_ONCE)
    return accept_offer(offer=offer, actor=account, terms=terms, now=now)


def test_1_offered_again_after_cancelling(wait, offered, alice, now):
    """Who accepted a time and then cancelled it, and waits again, is not offered it once more."""
    wait(alice)
    visit = accept(offered(), alice, now)
    cancel_appointment(
        appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT, now=now + HOUR
    )
    wait(alice, now=now + HOUR)
    assert offer_due(now=now + HOUR) == 0
    assert FreedTime.objects.latest("pk").skips == {Skip.ANSWERED: 1}


def test_1_offered_again_after_refusing_and_joining_anew(wait, offered, free, alice, now):
    wait(alice)
    offer = offered()
    refuse_offer(offer=offer, actor=alice, now=now)
    leave_waiting(entry=offer.entry, actor=alice, now=now)
    wait(alice, now=now + HOUR)
    free(WEDNESDAY, now=now + HOUR)
    assert offer_due(now=now + HOUR) == 0
    assert WaitingOffer.objects.count() == 1


def test_2_place_reserved_for_ever(wait, offered, clinic, alice, now, anew):
    """Nobody answers, no task runs: the time is bookable again when the offer is over."""
    wait(alice)
    offer = offered()
    assert not is_offered(clinic, WEDNESDAY, now=offer.expires_at - timedelta(seconds=1))
    assert is_offered(clinic, WEDNESDAY, now=offer.expires_at)
    assert release_run_out_holds(now=offer.expires_at) == 1
    offer_due(now=offer.expires_at)
    assert (anew(offer).state, anew(offer.freed).state) == (OfferState.EXPIRED, FreedState.OPEN)


def test_3_offered_after_the_start(wait, free, alice, now, anew):
    """The worker was away: a time that is over, or too near to be answered, goes to nobody."""
    wait(alice, notice_minutes=0)
    near, over = free(WEDNESDAY), free(WEDNESDAY - HOUR)
    assert offer_due(now=WEDNESDAY - timedelta(minutes=24)) == 0
    assert anew(near).skips == {Skip.NOTICE: 1}
    assert anew(over).state == FreedState.OVER
    assert offer_due(now=WEDNESDAY) == 0
    assert WaitingOffer.objects.count() == 0


def test_4_wrong_order(wait, free, people, now):
    """Whoever came first, whatever order the rows were written in."""
    late, early, middle = people(3)
    third = wait(late, now=now)
    first = wait(early, now=now - 3 * HOUR)
    second = wait(middle, now=now - HOUR)
    for n in range(3):
        free(WEDNESDAY + n * HOUR)
    assert offer_due(now=now) == 3
    offers = WaitingOffer.objects.order_by("starts_at")
    assert [offer.entry for offer in offers] == [first, second, third]


def test_5_nobody_knows_why(wait, free, alice, bob, now, anew):
    """Each freed time says whom it was offered, what they said, and why the others were not."""
    wait(bob, weekdays=[1])
    mine = wait(alice)
    freed = free()
    offer_due(now=now)
    offer = freed.offers.get()
    assert (offer.entry, anew(freed).skips) == (mine, {Skip.WEEKDAY: 1})
    refuse_offer(offer=offer, actor=alice, now=now)
    offer_due(now=now)
    assert freed.offers.get().state == OfferState.REFUSED
    assert anew(freed).skips == {Skip.WEEKDAY: 1, Skip.ANSWERED: 1}
    assert (anew(freed).looked_at, anew(freed).look_at) == (now, now + RESTS)
