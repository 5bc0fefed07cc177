"""A freed time is offered to the first whom it fits, for them alone, and then to the next."""

from datetime import date, timedelta

import pytest
import time_machine

from appointments import tasks
from appointments.desk import require_possible
from appointments.enums import Status
from appointments.models import Appointment, FreedTime, WaitingOffer
from appointments.queries import is_offered
from appointments.refusals import SlotHeld, SlotTaken
from appointments.services.sweeping import release_run_out_holds
from appointments.services.waiting_answers import refuse_offer
from appointments.services.waiting_entries import Hours, change_waiting
from appointments.services.waiting_offers import AGAIN, offer_due, settle_offers
from appointments.waiting_enums import FreedState, OfferState, Skip
from core.models import Event
from tests.appointments.waiting.conftest import HOUR, WEDNESDAY
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db


def test_first_in_line_is_offered_it_for_some_hours(wait, offered, clinic, alice, bob, now, anew):
    first, _second = wait(alice), wait(bob, now=now + HOUR)
    offer = offered()
    assert (offer.entry, offer.state) == (first, OfferState.OFFERED)
    assert (offer.starts_at, offer.clinic) == (WEDNESDAY, clinic)
    assert (offer.offered_at, offer.expires_at) == (now, now + 4 * HOUR)
    assert (offer.hold.status, offer.hold.hold_expires_at) == (Status.HELD, now + 4 * HOUR)
    assert anew(offer.freed).state == FreedState.OFFERED
    assert not is_offered(clinic, WEDNESDAY, now=now)


def test_it_is_told_as_an_event_of_ids_alone(wait, offered, alice, told):
    wait(alice)
    offer = offered()
    assert told(offer) == ["waiting.offered"]
    assert Event.objects.get(subject_id=offer.public_id).data == {}


def test_next_in_line_has_it_when_the_first_let_it_run_out(wait, offered, alice, bob, now, anew):
    first, second = wait(alice), wait(bob)
    offer = offered()
    later = now + 4 * HOUR
    assert offer_due(now=later - timedelta(seconds=1)) == 0
    assert offer_due(now=later) == 1
    assert anew(offer).state == OfferState.EXPIRED
    assert anew(offer).answered_at == later
    assert [o.entry for o in WaitingOffer.objects.order_by("pk")] == [first, second]
    assert anew(offer.hold).status == Status.EXPIRED


def test_nobody_is_left(wait, offered, clinic, alice, now, anew):
    wait(alice)
    offer = offered()
    assert offer_due(now=now + 4 * HOUR) == 0
    freed = anew(offer.freed)
    assert (freed.state, freed.skips) == (FreedState.OPEN, {"answered": 1})
    assert is_offered(clinic, WEDNESDAY, now=now + 4 * HOUR)


def test_of_a_doctor_who_is_stopped_nothing_is_offered(
    wait, free, clinic, alice, dr_chen, stop, now, anew
):
    entry, freed = wait(alice), free()
    stop(dr_chen.user)
    assert offer_due(now=now) == 0
    assert (WaitingOffer.objects.count(), is_offered(anew(clinic), WEDNESDAY, now=now)) == (
        0,
        False,
    )
    assert (anew(freed).state, anew(entry).is_open) == (FreedState.OPEN, True)
    stop(dr_chen.user, False)
    assert offer_due(now=now + AGAIN) == 1


def test_twice_is_once(wait, offered, alice, now):
    wait(alice)
    offered()
    assert offer_due(now=now) == 0
    assert WaitingOffer.objects.count() == 1


def test_who_joins_later_is_offered_what_is_still_free_at_once(wait, offered, alice, now):
    assert offered() is None
    later = now + timedelta(minutes=1)
    wait(alice, now=later)
    assert offer_due(now=later) == 1


def test_who_wishes_for_other_hours_is_looked_at_at_once(wait, offered, alice, now):
    entry = wait(alice, weekdays=[1])
    assert offered() is None
    later = now + timedelta(minutes=1)
    hours = Hours(until_date=entry.until_date)
    change_waiting(entry=entry, hours=hours, actor=alice, now=later)
    assert offer_due(now=later) == 1


def test_who_was_busy_is_looked_at_again_within_the_hour(wait, offered, alice, now):
    wait(alice)
    visit = AppointmentFactory(patient=alice.patients.get(), starts_at=WEDNESDAY)
    assert offered() is None
    visit.delete()
    assert offer_due(now=now + AGAIN - timedelta(seconds=1)) == 0
    assert offer_due(now=now + AGAIN) == 1


def test_whoever_answers_is_free_for_other_times_at_once(wait, free, alice, now):
    wait(alice)
    free(), free(WEDNESDAY + HOUR)
    assert offer_due(now=now) == 1
    refuse_offer(offer=WaitingOffer.objects.get(), actor=alice, now=now)
    assert offer_due(now=now) == 1


def test_those_whom_it_does_not_fit_are_counted_by_reason(wait, free, people, now, anew):
    one, two, three, four = people(4)
    wait(one, weekdays=[1, 2])
    wait(two, from_minute=720)
    wait(three, notice_minutes=3 * 1440)
    wait(four, until_date=date(2026, 11, 24))
    freed = free()
    assert offer_due(now=now) == 0
    counted = {Skip.WEEKDAY: 1, Skip.HOURS: 1, Skip.NOTICE: 1, Skip.UNTIL: 1}
    assert anew(freed).skips == counted


def test_who_has_another_visit_then_is_passed_over(wait, offered, alice, bob, anew):
    wait(alice)
    second = wait(bob)
    elsewhere = ClinicFactory()
    AppointmentFactory(
        clinic=elsewhere, patient=alice.patients.get(), starts_at=WEDNESDAY - HOUR / 4
    )
    offer = offered()
    assert offer.entry == second
    assert anew(offer.freed).skips == {Skip.BUSY: 1}


def test_one_offer_at_a_time(wait, free, alice, bob, now):
    first, second = wait(alice), wait(bob)
    free(), free(WEDNESDAY + HOUR)
    assert offer_due(now=now) == 2
    offers = WaitingOffer.objects.order_by("starts_at")
    assert [(o.entry, o.starts_at) for o in offers] == [
        (first, WEDNESDAY), (second, WEDNESDAY + HOUR),
    ]  # fmt: skip


def test_closed_account_is_passed_over(wait, offered, alice, anew):
    wait(alice)
    alice.is_active = False
    alice.save()
    freed = FreedTime.objects.filter(pk=getattr(offered(), "freed_id", None))
    assert not freed.exists()


def test_who_books_by_phone_alone_is_passed_over(wait, offered, clinic, alice, now):
    clinic.no_show_rule, clinic.no_show_limit = "phone", 1
    clinic.save()
    wait(alice)
    AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), status=Status.NO_SHOW,
        starts_at=now - timedelta(days=10),
    )  # fmt: skip
    assert offered() is None
    assert FreedTime.objects.get(starts_at=WEDNESDAY).skips == {Skip.BY_PHONE: 1}


def test_who_waits_for_a_specialty_in_a_city(wait, offered, clinic, alice):
    specialty = clinic.doctor.doctor_specialties.get().specialty
    entry = wait(alice, specialty=specialty, city=clinic.city)
    assert offered().entry == entry


def test_time_that_somebody_books_meanwhile_is_theirs(wait, free, clinic, alice, now, anew):
    wait(alice)
    freed = free()
    AppointmentFactory(clinic=clinic, starts_at=WEDNESDAY)
    assert offer_due(now=now) == 0
    assert anew(freed).state == FreedState.BOOKED


def test_time_that_a_browser_holds_is_looked_at_when_the_hold_ends(wait, free, browse, now, alice):
    wait(alice)
    free()
    browse(WEDNESDAY)
    assert offer_due(now=now) == 0
    assert offer_due(now=now + timedelta(minutes=10)) == 1


def test_time_that_passes_is_over(free, now, anew):
    freed = free()
    assert offer_due(now=WEDNESDAY) == 0
    assert anew(freed).state == FreedState.OVER


def test_time_freed_twice_is_one_offer(wait, free, alice, now, anew):
    wait(alice)
    first, second = free(), free()
    assert offer_due(now=now) == 1
    assert (anew(first).state, anew(second).state) == (FreedState.BOOKED, FreedState.OFFERED)


def test_long_visit_leaves_a_time_for_each_of_two(wait, free, alice, bob, now):
    one, two = wait(alice), wait(bob)
    free(ends_at=WEDNESDAY + HOUR)
    assert offer_due(now=now) == 1
    assert offer_due(now=now) == 1
    offers = WaitingOffer.objects.order_by("starts_at")
    assert [(o.entry, o.starts_at) for o in offers] == [(one, WEDNESDAY),
                                                        (two, WEDNESDAY + HOUR / 2)]  # fmt: skip


def test_offer_whose_hold_was_swept_ends(wait, offered, alice, now, anew):
    wait(alice)
    offer = offered()
    later = now + 4 * HOUR
    assert release_run_out_holds(now=later) == 1
    assert settle_offers(now=later) == 1
    assert anew(offer).state == OfferState.EXPIRED


def test_offer_whose_time_was_taken_back_is_withdrawn(wait, offered, alice, now, anew, told):
    """As when the doctor closes the day: a change of hours lets go of holds."""
    wait(alice)
    offer = offered()
    Appointment.objects.filter(pk=offer.hold_id).update(status=Status.EXPIRED)
    assert settle_offers(now=now) == 1
    assert anew(offer).state == OfferState.WITHDRAWN
    assert told(offer) == ["waiting.offered", "waiting.withdrawn"]


def test_withdrawn_time_may_be_offered_again(wait, offered, alice, now):
    wait(alice)
    offer = offered()
    Appointment.objects.filter(pk=offer.hold_id).update(status=Status.EXPIRED)
    assert offer_due(now=now) == 1


def test_browsers_and_the_desk_find_it_held(wait, offered, browse, alice, clinic, now):
    wait(alice)
    offered()
    with pytest.raises(SlotTaken):
        browse(WEDNESDAY)
    with pytest.raises(SlotHeld):
        require_possible(clinic, WEDNESDAY, 30, now=now, is_override=False)


def test_paused_clinic_offers_nothing(wait, offered, clinic, alice):
    wait(alice)
    clinic.is_active = False
    clinic.save()
    assert offered() is None


def test_at_night_nothing_is_offered_but_of_tomorrow(wait, free, clinic, alice, now, anew):
    wait(alice)
    night = now + timedelta(hours=13)  # Monday, 22:00 in Quito
    far = free(WEDNESDAY)
    assert offer_due(now=night) == 0
    assert anew(far).skips == {Skip.ASLEEP: 1}
    assert is_offered(clinic, WEDNESDAY, now=night)
    morning = now + timedelta(hours=23)  # Tuesday, 8:00
    assert offer_due(now=morning - timedelta(seconds=1)) == 0
    assert offer_due(now=morning) == 1


def test_visit_of_tomorrow_is_offered_at_night(wait, free, alice, now):
    wait(alice)
    free(WEDNESDAY - timedelta(days=1))
    assert offer_due(now=now + timedelta(hours=13)) == 1


def test_who_sleeps_is_not_passed_over(wait, free, alice, bob, now):
    """Bob is awake, in Madrid; the time waits for Alicia's morning all the same."""
    first = wait(alice)
    bob.time_zone = "Asia/Tokyo"
    bob.save()
    wait(bob)
    free(WEDNESDAY + timedelta(days=1))
    assert offer_due(now=now + timedelta(hours=13)) == 0
    assert offer_due(now=now + timedelta(hours=23)) == 1
    assert WaitingOffer.objects.get().entry == first


def test_task(wait, free, alice, now):
    wait(alice)
    free()
    with time_machine.travel(now, tick=False):
        tasks.offer_waiting()
        tasks.tidy_waiting()
    assert WaitingOffer.objects.count() == 1
