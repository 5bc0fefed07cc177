"""«Esta y las siguientes»: moved or cancelled from a visit on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import refusals
from appointments.enums import Status
from appointments.models import Appointment, PaymentLine, SeriesAct
from appointments.services.series_changes import cancel_from_here, move_from_here
from tests.appointments.serial import WEEK, moves_of, written
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)
HOUR = timedelta(hours=1)


@pytest.fixture
def visits(visit):
    return written(visit, count=3)[1]


@pytest.fixture
def move(visit, dr_chen, now):
    def make(visits, starts_at, changes=None, **more):
        first = visits[0]
        return move_from_here(
            appointment=first,
            starts_at=starts_at,
            wishes=moves_of(first, starts_at, visits, changes),
            actor=dr_chen.user,
            now=now,
            **more,
        )

    return make


@pytest.fixture
def cancel(dr_chen, now):
    def make(visit, **changes):
        usual = {"actor": dr_chen.user, "status": Status.CANCELLED_BY_DOCTOR, "by_desk": True}
        return cancel_from_here(appointment=visit, now=now, **(usual | changes))

    return make


def states(visits):
    return [Appointment.objects.get(pk=one.pk).status for one in visits]


def times(visits):
    return [Appointment.objects.get(pk=one.pk).starts_at for one in visits]


# An end ----------------------------------------------------------------------------


def test_from_here_on_and_none_before(visits, cancel, happened):
    gone = cancel(visits[2], message="Me voy de viaje.")
    assert gone == visits[2:]
    assert states(visits) == ["booked"] * 2 + ["cancelled_doctor"] * 2
    assert [one.changes.get().message for one in gone] == ["Me voy de viaje."] * 2
    assert [happened(one) for one in visits] == [[], [], *[["appointment.cancelled"]] * 2]
    act = SeriesAct.objects.get()
    assert (act.kind, act.size) == ("cancelled", 2)


def test_twice_is_once(visits, cancel):
    cancel(visits[1])
    assert cancel(visits[1]) == []
    assert [one.changes.count() for one in visits] == [0, 1, 1, 1]


def test_one_alone_is_a_visit_like_any_other(visits, cancel):
    cancel(visits[3])
    assert SeriesAct.objects.count() == 0


def test_by_times_not_by_numbers(visits, cancel):
    Appointment.objects.filter(pk=visits[0].pk).update(
        starts_at=visits[3].starts_at + HOUR, ends_at=visits[3].ends_at + HOUR
    )
    cancel(visits[3])
    assert states(visits) == ["cancelled_doctor", "booked", "booked", "cancelled_doctor"]


def test_only_those_that_were_chosen(visits, cancel):
    cancel(visits[0], chosen={visits[1].pk, visits[3].pk})
    assert states(visits) == ["booked", "cancelled_doctor"] * 2


def test_one_that_began_meanwhile_is_not_said_to_be_cancelled(visits, dr_chen):
    with pytest.raises(refusals.DatesChanged):
        cancel_from_here(
            appointment=visits[0], actor=dr_chen.user, status=Status.CANCELLED_BY_DOCTOR,
            now=visits[0].starts_at, by_desk=True, chosen={one.pk for one in visits},
        )  # fmt: skip
    assert states(visits) == ["booked"] * 4


def test_what_was_held_or_began_stays(visits, cancel, dr_chen, now):
    later = visits[1].starts_at + HOUR
    gone = cancel_from_here(
        appointment=visits[0], actor=dr_chen.user, status=Status.CANCELLED_BY_DOCTOR,
        now=later, by_desk=True,
    )  # fmt: skip
    assert gone == visits[2:]


def test_a_fee_that_was_not_told_cancels_none(clinic, cancel, alice):
    dear = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), late_cancellation_fee=Decimal(10),
        cancellation_notice_minutes=60 * 72,
    )  # fmt: skip
    visits = written(dear, count=3)[1]
    patient = {"actor": alice, "status": Status.CANCELLED_BY_PATIENT, "by_desk": False}
    with pytest.raises(refusals.FeeToTell):
        cancel(visits[0], **patient)
    assert states(visits) == ["booked"] * 4
    cancel(visits[0], told_fees={visits[0].pk: "10.00"}, **patient)
    assert states(visits) == ["cancelled_patient"] * 4
    assert [line.appointment for line in PaymentLine.objects.all()] == [visits[0]]


# Another time ------------------------------------------------------------------------


def test_by_the_same_days_and_hours(visits, move, happened):
    before = times(visits)
    by = timedelta(days=1, hours=1)
    moved = move(visits[1:], before[1] + by, message="Cambio de día.")
    assert moved == visits[1:]
    assert times(visits) == [before[0], *(at + by for at in before[1:])]
    assert [one.changes.get().message for one in moved] == ["Cambio de día."] * 3
    assert [happened(one) for one in visits] == [[], *[["appointment.rescheduled"]] * 3]
    act = SeriesAct.objects.get()
    assert (act.kind, act.size, act.skipped) == ("rescheduled", 3, [])


@pytest.mark.parametrize("weeks", [4, -4, 8])
def test_onto_the_times_of_one_another(visits, move, weeks):
    before = times(visits)
    rows = visits if weeks > 0 else visits[1:]
    if weeks < 0:
        gone = {"status": "cancelled_doctor", "cancelled_at": visits[0].booked_at}
        Appointment.objects.filter(pk=visits[0].pk).update(**gone)
        visits[1].refresh_from_db()
    move(rows, rows[0].starts_at + weeks * WEEK)
    assert times(rows) == [at + weeks * WEEK for at in before[len(visits) - len(rows) :]]


def test_half_an_hour_later_does_not_meet_itself(visits, move):
    move(visits, visits[0].starts_at + timedelta(minutes=15), changes={
        n: {"is_override": True} for n in range(4)
    })  # fmt: skip
    assert SeriesAct.objects.get().size == 4


def test_all_or_none(visits, clinic, move):
    before = times(visits)
    AppointmentFactory(clinic=clinic, starts_at=visits[2].starts_at + HOUR)
    with pytest.raises(refusals.DatesRefused) as refused:
        move(visits, visits[0].starts_at + HOUR)
    assert {k: type(r) for k, r in refused.value.dates.items()} == {
        str(visits[2].public_id): refusals.VisitThere
    }
    assert times(visits) == before


def test_exceptions_go_elsewhere_or_stay(visits, move):
    before = times(visits)
    changes = {1: {"starts_at": None}, 2: {"starts_at": before[2] + 2 * HOUR}}
    move(visits, before[0] + HOUR, changes)
    assert times(visits) == [
        before[0] + HOUR, before[1], before[2] + 2 * HOUR, before[3] + HOUR,
    ]  # fmt: skip
    assert SeriesAct.objects.get().skipped == [before[1]]


def test_two_that_change_places_are_refused(visits, move):
    before = times(visits)
    changes = {2: {"starts_at": before[3]}, 3: {"starts_at": before[2]}}
    with pytest.raises(refusals.DatesRefused):
        move(visits, before[0] + HOUR, changes)
    assert times(visits) == before


def test_moved_twice_moves_once(visits, move):
    start = visits[0].starts_at + HOUR
    assert len(move(visits, start)) == 4
    again = [Appointment.objects.get(pk=one.pk) for one in visits]
    assert move(again, start) == []
    assert [one.changes.count() for one in again] == [1] * 4


def test_to_where_it_is(visits, move):
    with pytest.raises(refusals.SameTime):
        move(visits, visits[0].starts_at)


def test_none_left_to_move(visits, move):
    with pytest.raises(refusals.NothingToMove):
        move(visits, visits[0].starts_at + HOUR, {n: {"starts_at": None} for n in range(4)})


def test_one_that_moved_meanwhile(visits, move):
    Appointment.objects.filter(pk=visits[2].pk).update(
        starts_at=visits[2].starts_at + HALF_HOUR, ends_at=visits[2].ends_at + HALF_HOUR
    )
    with pytest.raises(refusals.DatesChanged):
        move(visits, visits[0].starts_at + HOUR)


def test_a_visit_that_does_not_stand(visits, move, now):
    Appointment.objects.filter(pk=visits[0].pk).update(status="cancelled_patient", cancelled_at=now)
    with pytest.raises(refusals.VisitNotStanding):
        move(visits, visits[0].starts_at + HOUR)
