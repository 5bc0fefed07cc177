"""An offer is accepted once, by its person, in one transaction; or refused, and goes on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import refusals
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment, FreedTime, WaitingOffer
from appointments.no_shows import Way
from appointments.services.booking import terms_of
from appointments.services.waiting_answers import accept_offer, refuse_offer, terms_of_offer
from appointments.services.waiting_entries import leave_waiting
from appointments.services.waiting_offers import offer_due
from appointments.waiting_enums import Cause, Closing, FreedState, OfferState
from appointments.waiting_refusals import OfferOver, OfferTaken
from tests.appointments.waiting.conftest import HOUR, WEDNESDAY
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def accept(offer, *, now, terms=None, way=Way.AT_ONCE, **changes):
    return accept_offer(
        offer=offer,
        actor=offer.entry.patient.account,
        terms=terms_of_offer(offer.clinic, way) if terms is None else terms,
        now=now,
        **changes,
    )


def refuse(offer, *, now):
    return refuse_offer(offer=offer, actor=offer.entry.patient.account, now=now)


@pytest.fixture
def offer(wait, offered, alice):
    wait(alice, phone="+593987654321")
    return offered()


@pytest.fixture
def moving(wait, offered, clinic, alice):
    """Alicia has a visit on Friday and is offered Wednesday in its place."""
    visit = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=WEDNESDAY + 2 * DAY
    )
    wait(alice, visit=visit)
    return offered()


def test_hold_becomes_the_visit(offer, alice, now, anew, told):
    visit = accept(offer, now=now)
    assert (visit.pk, visit.status, visit.starts_at) == (offer.hold_id, Status.BOOKED, WEDNESDAY)
    assert (visit.patient, visit.booked_by) == (alice.patients.get(), alice)
    assert (visit.price, str(visit.phone)) == (Decimal("45.00"), "+593987654321")
    assert (visit.hold_expires_at, visit.booked_at) == (None, now)
    assert visit.changes.get().kind == ChangeKind.BOOKED
    assert (anew(offer).state, anew(offer).visit) == (OfferState.ACCEPTED, visit)
    entry = anew(offer.entry)
    assert (entry.closed_at, entry.closed_as) == (now, Closing.ACCEPTED)
    assert anew(offer.freed).state == FreedState.FILLED
    assert told(offer) == ["waiting.offered", "waiting.accepted"]
    assert told(visit) == ["appointment.booked"]


def test_accepted_twice_is_once(offer, now):
    visit = accept(offer, now=now)
    assert accept(offer, now=now) == visit
    assert Appointment.objects.standing().count() == 1


def test_later_visit_moves_and_frees_its_time_in_turn(moving, now, anew, told):
    old = moving.entry.visit
    visit = accept(moving, now=now)
    assert (visit, visit.starts_at, visit.status) == (old, WEDNESDAY, Status.BOOKED)
    assert visit.sequence == 1
    line = visit.changes.get()
    assert (line.kind, line.from_starts_at) == (ChangeKind.RESCHEDULED, WEDNESDAY + 2 * DAY)
    assert anew(moving.hold).status == Status.EXPIRED
    assert anew(moving).visit == visit
    freed = FreedTime.objects.latest("pk")
    assert (freed.starts_at, freed.cause, freed.visit) == (WEDNESDAY + 2 * DAY, Cause.MOVED, visit)
    assert told(visit) == ["appointment.rescheduled"]


def test_time_that_a_moved_visit_leaves_is_offered_to_the_next(moving, wait, bob, now):
    second = wait(bob)
    accept(moving, now=now)
    assert offer_due(now=now) == 1
    offer = WaitingOffer.objects.latest("pk")
    assert (offer.entry, offer.starts_at) == (second, WEDNESDAY + 2 * DAY)


def test_moved_visit_keeps_its_terms_and_needs_no_deadline(moving, clinic, now):
    clinic.price, clinic.cancellation_notice_minutes = Decimal("90.00"), 30 * 1440
    clinic.save()
    assert accept(moving, now=now, terms="").price == Decimal("45.00")


def test_visit_that_was_cancelled_meanwhile_is_booked_anew(moving, now):
    old = moving.entry.visit
    old.status, old.cancelled_at = Status.CANCELLED_BY_DOCTOR, now
    old.save()
    visit = accept(moving, now=now)
    assert (visit.pk, visit.status) == (moving.hold_id, Status.BOOKED)


def test_clinic_that_confirms_each_visit_has_confirmed_this_one(offer, clinic, now):
    clinic.requires_confirmation = True
    clinic.save()
    assert accept(offer, now=now, terms=terms_of_offer(clinic, Way.AT_ONCE)).status == Status.BOOKED


def test_who_missed_visits_asks_all_the_same(offer, clinic, now):
    clinic.no_show_rule, clinic.no_show_limit = "ask", 1
    clinic.save()
    missed = {"patient": offer.entry.patient, "status": Status.NO_SHOW}
    AppointmentFactory(clinic=clinic, starts_at=now - 10 * DAY, **missed)
    visit = accept(offer, now=now, terms=terms_of_offer(clinic, Way.ON_REQUEST))
    assert (visit.status, visit.answer_by) == (Status.REQUESTED, now + DAY)
    assert visit.changes.get().kind == ChangeKind.REQUESTED


def test_price_that_changed_is_shown_first(offer, clinic, now, anew):
    terms = terms_of_offer(clinic, Way.AT_ONCE)
    clinic.price = Decimal("60.00")
    clinic.save()
    with pytest.raises(refusals.TermsChanged):
        accept(offer, now=now, terms=terms)
    assert anew(offer).state == OfferState.OFFERED


def test_type_of_visit_is_one_of_the_list(offer, clinic, now):
    clinic.visit_types, clinic.visit_prices = ["Control"], [Decimal("20.00")]
    clinic.price = None
    clinic.save()
    terms = terms_of_offer(clinic, Way.AT_ONCE)
    with pytest.raises(refusals.TermsChanged):
        accept(offer, now=now, terms=terms)
    visit = accept(offer, now=now, terms=terms, visit_type="Control")
    assert (visit.visit_type, visit.price) == ("Control", Decimal("20.00"))
    assert terms != terms_of(clinic)


def test_offer_that_ran_out_is_nobodys(offer, now):
    with pytest.raises(OfferOver):
        accept(offer, now=offer.expires_at)
    with pytest.raises(OfferOver):
        refuse(offer, now=offer.expires_at)


def test_doctor_who_takes_nobody_any_more(offer, now):
    offer.doctor.is_published = False
    offer.doctor.save()
    with pytest.raises(refusals.SlotNotOffered):
        accept(offer, now=now)


def test_who_has_another_visit_by_now(offer, now, anew):
    AppointmentFactory(patient=offer.entry.patient, starts_at=WEDNESDAY)
    with pytest.raises(refusals.PatientBusy):
        accept(offer, now=now)
    assert anew(offer.hold).status == Status.HELD


def test_refused_time_goes_to_the_next(offer, wait, bob, now, anew, told):
    second = wait(bob)
    assert refuse(offer, now=now + HOUR).state == OfferState.REFUSED
    assert anew(offer).answered_at == now + HOUR
    assert anew(offer.hold).status == Status.EXPIRED
    assert anew(offer.entry).is_open
    assert offer_due(now=now + HOUR) == 1
    assert WaitingOffer.objects.latest("pk").entry == second
    assert told(offer) == ["waiting.offered", "waiting.refused"]


def test_refused_twice_is_once_and_what_is_accepted_stays(offer, now):
    refuse(offer, now=now)
    assert refuse(offer, now=now + HOUR).answered_at == now
    with pytest.raises(OfferOver):
        accept(offer, now=now)


def test_accepted_is_not_refused(offer, now):
    accept(offer, now=now)
    with pytest.raises(OfferTaken):
        refuse(offer, now=now)


def test_who_leaves_gives_the_time_to_the_next(offer, wait, alice, bob, now, anew):
    second = wait(bob)
    leave_waiting(entry=offer.entry, actor=alice, now=now)
    assert anew(offer).state == OfferState.REFUSED
    assert anew(offer.entry).closed_as == Closing.LEFT
    assert offer_due(now=now) == 1
    assert WaitingOffer.objects.latest("pk").entry == second


@pytest.mark.parametrize("kind", ["offer", "moving"])
def test_of_a_doctor_who_was_stopped_since_nothing_is_taken(request, kind, dr_chen, stop, now):
    offer = request.getfixturevalue(kind)
    stop(dr_chen.user)
    before = list(Appointment.objects.order_by("pk").values())
    with pytest.raises(refusals.SlotNotOffered):
        accept(offer, now=now)
    assert list(Appointment.objects.order_by("pk").values()) == before
    assert refuse(offer, now=now).state == OfferState.REFUSED
