from datetime import timedelta

import pytest

from appointments import refusals
from appointments.enums import Status
from appointments.models import Absence
from appointments.queries import is_offered
from appointments.services.absences import add_absence
from appointments.services.booking import book_appointment

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def leave(dr_chen, slot, now):
    def make(starts_at=slot, ends_at=slot + HOUR, now=now):
        return add_absence(doctor=dr_chen, starts_at=starts_at, ends_at=ends_at, now=now)

    return make


def test_absence_closes_its_times(leave, clinic, slot, now):
    assert (leave().starts_at, Absence.objects.count()) == (slot, 1)
    assert not is_offered(clinic, slot, now=now)
    assert is_offered(clinic, slot + HOUR, now=now)


def test_nobody_books_into_it(leave, alice, book, hold):
    leave()
    with pytest.raises(refusals.BookingRefused):
        book(alice)
    with pytest.raises(refusals.BookingRefused):
        hold("hers")


def test_not_over_a_visit(leave, alice, book):
    book(alice)
    with pytest.raises(refusals.AbsenceCoversVisits):
        leave()
    assert Absence.objects.count() == 0


def test_beside_a_visit(leave, alice, book, slot):
    book(alice)
    assert leave(slot + timedelta(minutes=30))


def test_not_over_a_live_hold(leave, hold):
    hold("hers")
    with pytest.raises(refusals.AbsenceCoversVisits):
        leave()


def test_over_a_run_out_hold_which_then_books_nothing(leave, alice, hold, wish, now):
    """Whoever was slow has lost the time, though the request began while the hold lived."""
    held = hold("hers").appointment
    leave(now=now + timedelta(minutes=10))
    held.refresh_from_db()
    assert held.status == Status.EXPIRED
    with pytest.raises(refusals.BookingRefused):
        book_appointment(
            request=wish(alice, holder_key="hers"), now=now + timedelta(minutes=9, seconds=59)
        )
