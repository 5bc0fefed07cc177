from datetime import timedelta

import pytest

from appointments import refusals
from appointments.enums import CANCELLED, TRANSITIONS, ChangeKind, Status
from appointments.models import Appointment
from appointments.queries import is_offered
from appointments.services.cancelling import cancel_appointment
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db


def cancel(visit, actor, now, status=Status.CANCELLED_BY_PATIENT):
    return cancel_appointment(appointment=visit, actor=actor, status=status, now=now)


def test_cancel_writes_visit_line_and_event(alice, book, now, happened):
    visit = book(alice)
    later = now + timedelta(minutes=1)
    cancel(visit, alice, later)
    visit.refresh_from_db()
    assert (visit.status, visit.cancelled_at) == (Status.CANCELLED_BY_PATIENT, later)
    assert (visit.sequence, visit.is_late_cancellation) == (1, False)
    line = visit.changes.get(kind=ChangeKind.CANCELLED)
    assert (line.actor, line.at, line.sequence) == (alice, later, 1)
    assert (line.from_status, line.to_status) == (Status.BOOKED, Status.CANCELLED_BY_PATIENT)
    assert happened(visit) == ["appointment.booked", "appointment.cancelled"]


@pytest.mark.parametrize("status", sorted(CANCELLED))
def test_who_cancelled_is_kept(alice, book, now, status):
    assert cancel(book(alice), alice, now, status).status == status


def test_time_is_free_at_once(alice, bob, book, clinic, slot, now):
    cancel(book(alice), alice, now)
    assert is_offered(clinic, slot, now=now)
    assert book(bob).patient.account == bob


def test_same_person_may_book_it_again(alice, book, now):
    first = book(alice)
    cancel(first, alice, now)
    assert book(alice) != first


def test_cancelled_twice_is_one_change(alice, book, now, happened):
    visit = book(alice)
    cancel(visit, alice, now)
    again = cancel(visit, alice, now + timedelta(hours=1), Status.CANCELLED_BY_DOCTOR)
    assert (again.status, again.sequence) == (Status.CANCELLED_BY_PATIENT, 1)
    assert happened(visit) == ["appointment.booked", "appointment.cancelled"]


@pytest.mark.parametrize(("seconds", "is_late"), [(0, False), (1, True)])
def test_past_the_deadline_is_late(alice, book, slot, seconds, is_late):
    moment = slot - timedelta(minutes=720) + timedelta(seconds=seconds)
    assert cancel(book(alice), alice, moment).is_late_cancellation is is_late


def test_visit_that_began(alice, book, slot):
    visit = book(alice)
    with pytest.raises(refusals.VisitOver):
        cancel(visit, alice, slot)
    assert Appointment.objects.get().status == Status.BOOKED


@pytest.mark.parametrize("status", [Status.ATTENDED, Status.NO_SHOW])
def test_visit_that_is_not_standing(alice, clinic, now, status):
    visit = AppointmentFactory(clinic=clinic, status=status)
    with pytest.raises(refusals.VisitNotStanding):
        cancel(visit, alice, now)


def test_hold_is_nothing_to_cancel(alice, hold, now):
    with pytest.raises(refusals.VisitNotStanding):
        cancel(hold("hers").appointment, alice, now)


def test_only_into_a_cancelled_state(alice, book, now):
    with pytest.raises(ValueError):
        cancel(book(alice), alice, now, Status.ATTENDED)


def test_transitions_agree_with_the_table():
    assert set(TRANSITIONS) == set(Status)
    for status in CANCELLED:
        assert TRANSITIONS[status] == frozenset()
        assert status in TRANSITIONS[Status.REQUESTED]
    answers = {Status.DECLINED, Status.LAPSED}  # of requests only
    assert TRANSITIONS[Status.BOOKED] & CANCELLED == CANCELLED - answers
