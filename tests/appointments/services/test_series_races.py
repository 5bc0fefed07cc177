"""Series, other desks and patients at one moment, on real connections."""

import uuid
from datetime import timedelta
from functools import partial

import pytest

from appointments.enums import Status
from appointments.models import Appointment, Series, SeriesAct
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.series import make_series
from appointments.services.series_changes import cancel_from_here, move_from_here
from tests.appointments.crowd import at_once, kinds, overlaps
from tests.appointments.serial import WEEK, moves_of, plan_of, written
from tests.appointments.wishes import wish_of
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]
HOUR = timedelta(hours=1)


def making(visit, now, **plan):
    return partial(make_series, plan=plan_of(visit, now, **plan), now=now)


def moving(visits, now, by):
    start = visits[0].starts_at + by
    return partial(
        move_from_here, appointment=visits[0], starts_at=start, now=now,
        wishes=moves_of(visits[0], start, visits), actor=visits[0].doctor.user,
    )  # fmt: skip


def test_one_form_many_times(visit, now):
    answers = at_once(*[making(visit, now, key=uuid.uuid4())] * 5)
    assert len({answer.pk for answer in answers}) == 1
    assert (Series.objects.count(), Appointment.objects.count()) == (1, 4)


@pytest.mark.parametrize("_round", range(2))
def test_two_desks_at_the_same_dates(visit, clinic, now, _round):
    other = AppointmentFactory(clinic=clinic, starts_at=visit.starts_at + 4 * WEEK)
    Appointment.objects.filter(pk=other.pk).update(
        starts_at=visit.starts_at - WEEK * 0 + HOUR, ends_at=visit.ends_at + HOUR
    )
    other.refresh_from_db()
    changes = {n: {"starts_at": visit.starts_at + 4 * n * WEEK} for n in (1, 2, 3)}
    answers = at_once(making(visit, now), making(other, now, changes=changes))
    assert kinds(answers) == {"Series": 1, "DatesRefused": 1}
    assert (Series.objects.count(), Appointment.objects.count(), overlaps()) == (1, 5, 0)


@pytest.mark.parametrize("_round", range(3))
def test_a_patient_takes_one_of_the_dates(visit, clinic, now, _round):
    date = visit.starts_at + 4 * WEEK
    account = PatientFactory().account
    answers = at_once(
        making(visit, now),
        partial(book_appointment, request=wish_of(account, clinic, date), now=now),
    )
    made = Series.objects.count()
    assert kinds(answers) == (
        {"Series": 1, "SlotTaken": 1} if made else {"DatesRefused": 1, "Appointment": 1}
    )
    assert (Appointment.objects.count(), overlaps()) == (4 if made else 2, 0)


def test_moved_while_it_is_cancelled(visit, now):
    visits = written(visit, count=3)[1]
    at_once(
        moving(visits, now, HOUR),
        partial(
            cancel_from_here, appointment=visits[1], actor=visit.doctor.user, now=now,
            status=Status.CANCELLED_BY_DOCTOR, by_desk=True,
        ),
        partial(
            cancel_appointment, appointment=visits[2], actor=visit.booked_by, now=now,
            status=Status.CANCELLED_BY_PATIENT,
        ),
    )  # fmt: skip
    rows = Appointment.objects.order_by("pk")
    assert [one.is_cancelled for one in rows] == [False, True, True, True]
    assert overlaps() == 0
    assert all(one.sequence == one.changes.count() for one in rows)


def test_two_moves_at_once(visit, now):
    """One after the other: each to the times that its page showed."""
    visits = written(visit, count=3)[1]
    answers = at_once(moving(visits, now, HOUR), moving(visits, now, 2 * HOUR))
    assert kinds(answers) == {"list": 2}
    rows = Appointment.objects.order_by("pk")
    gone = {new.starts_at - old.starts_at for old, new in zip(visits, rows, strict=True)}
    assert gone in ({HOUR}, {2 * HOUR})
    assert (SeriesAct.objects.count(), overlaps()) == (2, 0)
