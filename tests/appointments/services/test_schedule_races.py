"""A doctor closes hours while patients book, hold, move and cancel in them."""

from datetime import date, timedelta
from functools import partial

import pytest

from appointments.models import Appointment
from appointments.refusals import VisitsUnsettled
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from appointments.services.schedule import Act, Answer, make_change
from core.models import Event
from tests.appointments.crowd import at_once, booked, kinds, overlaps
from tests.appointments.rewriting import Rewrite
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def closing(clinic, now):
    """The day of the usual free time is closed; nobody stands in the way, says the preview."""

    def change(answers):
        day_off = Rewrite(clinic, dates=[(date(2026, 11, 24), "closed", None, None)])
        return partial(
            make_change, change=day_off, answers=answers, actor=clinic.doctor.user, now=now
        )

    return change


def stranded(clinic):
    """Visits of the closed day that nobody decided about."""
    if not clinic.exceptions.exists():
        return 0
    return Appointment.objects.standing().filter(starts_at__date=date(2026, 11, 24)).count()


@pytest.mark.parametrize("_round", range(3))
def test_either_the_visit_or_the_closed_day(closing, clinic, slot, now, _round):
    crowd = [PatientFactory().account for _ in range(5)]
    bookings = [
        partial(book_appointment, request=wish_of(who, clinic, slot + n * HALF_HOUR), now=now)
        for n, who in enumerate(crowd)
    ]
    closed, *_visits = at_once(closing({}), *bookings)
    assert stranded(clinic) == 0
    assert overlaps() == 0
    if isinstance(closed, VisitsUnsettled):
        assert not clinic.exceptions.exists()
    assert Event.objects.filter(name="appointment.booked").count() == booked()


@pytest.mark.parametrize("_round", range(3))
def test_visit_that_moves_or_goes_while_it_is_settled(closing, clinic, slot, now, _round):
    """The desk cancels it, its patient moves it and its patient cancels it: one of them does."""
    visit = AppointmentFactory(clinic=clinic, starts_at=slot)
    other_day = slot + timedelta(days=1)
    answers = at_once(
        closing({visit.public_id: Answer(Act.CANCEL, slot)}),
        partial(
            reschedule_appointment,
            appointment=visit,
            starts_at=other_day,
            actor=visit.booked_by,
            now=now,
        ),
        partial(
            cancel_appointment,
            appointment=visit,
            actor=visit.booked_by,
            status="cancelled_patient",
            now=now,
        ),
    )
    assert stranded(clinic) == 0, kinds(answers)
    visit.refresh_from_db()
    assert visit.sequence == visit.changes.count()
    cancelled = visit.changes.filter(kind="cancelled").count()
    assert cancelled == int(visit.is_cancelled)
