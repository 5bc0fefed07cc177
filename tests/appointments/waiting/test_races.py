"""Many at once, on real connections: one time is offered once, and taken once."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connections

from appointments.enums import Status
from appointments.models import Appointment, WaitingEntry, WaitingOffer
from appointments.no_shows import Way
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_booking import DeskBooking, book_for_patient
from appointments.services.waiting_answers import accept_offer, refuse_offer, terms_of_offer
from appointments.services.waiting_desk import offer_by_hand
from appointments.services.waiting_entries import MOST_IN_LIST, leave_waiting
from appointments.services.waiting_offers import offer_due, settle_offers
from appointments.waiting_enums import OfferState
from tests.appointments.crowd import at_once, kinds, overlaps
from tests.appointments.waiting.conftest import HOUR, WEDNESDAY
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]
CROWD = 6


def accepting(offer, now):
    return partial(
        accept_offer, offer=offer, actor=offer.entry.patient.account,
        terms=terms_of_offer(offer.clinic, Way.AT_ONCE), now=now,
    )  # fmt: skip


def test_workers_at_once_offer_each_time_once(wait, free, people, now):
    for account in people(8):
        wait(account)
    for n in range(4):
        free(WEDNESDAY + n * HOUR)
    for _ in range(2):
        at_once(*[partial(offer_due, now=now)] * CROWD)
    offers = WaitingOffer.objects.all()
    assert sorted(offers.values_list("starts_at", flat=True)) == [
        WEDNESDAY + n * HOUR for n in range(4)
    ]
    assert len(set(offers.values_list("entry", flat=True))) == 4
    assert overlaps() == 0


def test_one_person_is_not_offered_times_of_two_doctors_at_once(wait, free, clinic, alice, now):
    specialty = clinic.doctor.doctor_specialties.get().specialty
    other = ClinicFactory()
    wait(alice, specialty=specialty, city=clinic.city)
    free(), free(WEDNESDAY + HOUR, clinic=other)
    at_once(*[partial(offer_due, now=now)] * CROWD)
    assert WaitingOffer.objects.filter(state=OfferState.OFFERED).count() == 1


def test_accepted_many_times_is_once(wait, offered, alice, now):
    wait(alice)
    offer = offered()
    answers = at_once(*[accepting(offer, now)] * CROWD)
    assert kinds(answers) == {"Appointment": CROWD}
    assert {visit.pk for visit in answers} == {offer.hold_id}
    assert Appointment.objects.standing().count() == 1


def test_accepted_while_it_expires(wait, offered, alice, bob, now, anew):
    """Whoever is first: either it is Alicia's visit, or it goes to the next."""
    wait(alice), wait(bob)
    offer = offered()
    at_once(
        accepting(offer, offer.expires_at - timedelta(seconds=1)),
        partial(settle_offers, now=offer.expires_at),
        partial(offer_due, now=offer.expires_at),
    )
    states = {OfferState.ACCEPTED: 1, OfferState.EXPIRED: 0}
    assert Appointment.objects.standing().count() == states[anew(offer).state]
    assert overlaps() == 0


def test_accepted_and_refused_at_once(wait, offered, alice, now, anew):
    wait(alice)
    offer = offered()
    at_once(accepting(offer, now), partial(refuse_offer, offer=offer, actor=alice, now=now))
    is_taken = anew(offer).state == OfferState.ACCEPTED
    assert Appointment.objects.standing().count() == is_taken
    assert anew(offer.entry).is_open is not is_taken


def test_accepted_while_the_desk_books(wait, offered, clinic, alice, now):
    wait(alice)
    offer = offered()
    booking = DeskBooking(
        actor=clinic.doctor.user, clinic=clinic, starts_at=WEDNESDAY, minutes=30,
        key=offer.public_id, patient=PatientFactory(),
    )  # fmt: skip
    answers = at_once(
        accepting(offer, now), *[partial(book_for_patient, booking=booking, now=now)] * 3
    )
    assert kinds(answers)["Appointment"] == 1
    assert Appointment.objects.standing().get().patient == alice.patients.get()


def test_offered_by_hand_and_by_the_list_at_once(wait, free, clinic, alice, bob, now):
    wait(alice)
    second = wait(bob)
    free()
    hand = partial(
        offer_by_hand, entry=second, clinic=clinic, starts_at=WEDNESDAY, actor=clinic.doctor.user,
        now=now,
    )  # fmt: skip
    at_once(hand, partial(offer_due, now=now), hand)
    assert WaitingOffer.objects.count() == 1
    assert overlaps() == 0


def test_left_while_it_is_offered(wait, free, alice, now):
    entry = wait(alice)
    free()
    at_once(
        partial(leave_waiting, entry=entry, actor=alice, now=now),
        *[partial(offer_due, now=now)] * 3,
    )
    assert WaitingEntry.objects.open().count() == 0
    assert WaitingOffer.objects.filter(state=OfferState.OFFERED).count() == 0


def test_moved_while_its_visit_is_cancelled(wait, offered, clinic, alice, now):
    later = WEDNESDAY + timedelta(days=2)
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get(), starts_at=later)
    wait(alice, visit=visit)
    offer = offered()
    cancel = partial(
        cancel_appointment, appointment=visit, actor=alice, status=Status.CANCELLED_BY_PATIENT,
        now=now,
    )  # fmt: skip
    at_once(accepting(offer, now), cancel)
    assert Appointment.objects.standing().count() <= 1
    assert overlaps() == 0


def test_doctor_whom_somebody_books_with_is_left_for_the_next_time(wait, free, clinic, alice, now):
    wait(alice)
    free()
    other = connections.create_connection("default")
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM doctors_doctor WHERE id = %s FOR NO KEY UPDATE", [clinic.doctor_id]
            )
        assert offer_due(now=now) == 0
        other.rollback()
    finally:
        other.close()
    assert offer_due(now=now) == 1


def test_people_of_one_account_join_at_once(wait, alice, bob):
    children = [PatientFactory(account=alice, relationship="child") for _ in range(MOST_IN_LIST)]
    answers = at_once(
        *[partial(wait, alice, patient=child) for child in children],
        partial(wait, alice),
        partial(wait, bob),
    )
    assert kinds(answers) == {"WaitingEntry": MOST_IN_LIST + 1, "TooManyWaitsThere": 1}
