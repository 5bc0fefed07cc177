"""The desk repeats a visit: all dates, or none."""

import uuid
from datetime import timedelta

import pytest

from appointments import refusals
from appointments.enums import ChangeKind
from appointments.models import Appointment, Series, SeriesAct, SeriesVisit, Submission
from appointments.series import place_of
from appointments.services.series import make_series
from clinics.models import ScheduleException
from tests.appointments.serial import WEEK, of_series, plan_of, repeat, wishes_of, written
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


def nothing_was_written(visit):
    return (Series.objects.count(), SeriesVisit.objects.count(), Submission.objects.count(),
            Appointment.objects.filter(patient=visit.patient).count()) == (0, 0, 0, 1)  # fmt: skip


def test_each_is_a_visit_of_its_own(visit, now, dr_chen, happened):
    visit.reason = "Control de presión"
    visit.save()
    series = repeat(visit, now)
    first, *more = of_series(series)
    assert first == visit
    assert [one.starts_at for one in more] == [visit.starts_at + 4 * n * WEEK for n in (1, 2, 3)]
    assert len({one.code for one in more}) == 3
    for one in more:
        assert (one.ends_at - one.starts_at, one.status, one.patient) == (
            HALF_HOUR, "booked", visit.patient,
        )  # fmt: skip
        assert (one.price, one.cancellation_notice_minutes) == (visit.price, 720)
        assert (one.reason, one.booked_by) == ("Control de presión", dr_chen.user)
        line = one.changes.get()
        assert (line.kind, line.by_desk, line.is_override) == (ChangeKind.BOOKED, True, False)
        assert happened(one) == ["appointment.booked"]
    act = SeriesAct.objects.get()
    assert (act.kind, act.size, act.skipped) == ("booked", 3, [])
    assert [line.change.appointment for line in act.lines.order_by("position")] == more
    assert [place_of(one).number for one in (first, *more)] == [1, 2, 3, 4]


def test_ten_oclock_stays_ten_oclock(dr_chen, alice, now):
    madrid = ClinicFactory(doctor=dr_chen, zone="Europe/Madrid", country="ES")
    visit = AppointmentFactory(
        clinic=madrid, patient=alice.patients.get(), starts_at=now.replace(month=12, hour=9)
    )
    series = repeat(visit, now, every=12, count=2)
    hours = [one.starts_at.hour for one in of_series(series)]
    assert hours == [9, 9, 8]  # 10:00 on the wall, before and after the last Sunday of March


def test_exceptions_are_left_out_or_moved(visit, now):
    other = visit.starts_at + 4 * WEEK + HALF_HOUR
    changes = {1: {"starts_at": other}, 2: {"starts_at": None}}
    series = repeat(visit, now, changes=changes)
    assert [one.starts_at for one in of_series(series)[1:]] == [
        other, visit.starts_at + 12 * WEEK,
    ]  # fmt: skip
    act = SeriesAct.objects.get()
    assert (act.size, act.skipped) == (2, [visit.starts_at + 8 * WEEK])


def test_all_or_nothing(visit, clinic, now):
    AppointmentFactory(clinic=clinic, starts_at=visit.starts_at + 8 * WEEK)
    with pytest.raises(refusals.DatesRefused) as refused:
        repeat(visit, now)
    assert {k: type(r) for k, r in refused.value.dates.items()} == {"2": refusals.VisitThere}
    assert nothing_was_written(visit)


def test_every_reason_is_named(visit, clinic, dr_diaz, now):
    ScheduleException.objects.create(
        clinic=clinic, date=(visit.starts_at + 4 * WEEK).date(), kind="closed", note="Feria"
    )
    AppointmentFactory(
        clinic=ClinicFactory(doctor=dr_diaz),
        patient=visit.patient,
        starts_at=visit.starts_at + 12 * WEEK + timedelta(minutes=10),
    )
    with pytest.raises(refusals.DatesRefused) as refused:
        repeat(visit, now)
    found = refused.value.dates
    assert {k: type(r) for k, r in found.items()} == {
        "1": refusals.OutsideSchedule, "3": refusals.PatientBusy,
    }  # fmt: skip
    assert found["1"].warnings == ["day_closed"]


def test_outside_hours_on_purpose(visit, clinic, now):
    day = (visit.starts_at + 4 * WEEK).date()
    ScheduleException.objects.create(clinic=clinic, date=day, kind="closed")
    series = repeat(visit, now, count=1, changes={1: {"is_override": True}})
    extra = of_series(series)[1]
    assert (extra.is_outside_hours, extra.changes.get().is_override) == (True, True)


def test_the_same_form_again(visit, now):
    key = uuid.uuid4()
    first = repeat(visit, now, key=key)
    assert repeat(visit, now, key=key) == first
    assert Appointment.objects.filter(patient=visit.patient).count() == 4
    with pytest.raises(refusals.KeyReused):
        repeat(visit, now, key=key, count=2)


def test_a_visit_that_moved_meanwhile(visit, now):
    plan = plan_of(visit, now)
    Appointment.objects.filter(pk=visit.pk).update(
        starts_at=visit.starts_at + HALF_HOUR, ends_at=visit.ends_at + HALF_HOUR
    )
    with pytest.raises(refusals.DatesChanged):
        make_series(plan=plan, now=now)


def test_a_visit_that_is_over_is_repeated_from_now_on(clinic, alice, now):
    visit = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), status="attended",
        starts_at=now - 9 * WEEK,
    )  # fmt: skip
    series = repeat(visit, now, count=2)
    assert [one.starts_at - visit.starts_at for one in of_series(series)] == [
        0 * WEEK, 12 * WEEK, 16 * WEEK,
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["requested", "cancelled_patient", "declined"])
def test_what_is_not_confirmed_is_not_repeated(visit, now, status):
    cancelled = None if status == "requested" else now
    Appointment.objects.filter(pk=visit.pk).update(
        status=status, cancelled_at=cancelled, answer_by=visit.starts_at
    )
    with pytest.raises(refusals.NotRepeatable):
        repeat(visit, now)


def test_nothing_left(visit, now):
    with pytest.raises(refusals.SeriesTooShort):
        repeat(visit, now, count=1, changes={1: {"starts_at": None}})


def test_an_archived_clinic(visit, clinic, now):
    clinic.archived_at, clinic.is_active = now, False
    clinic.save()
    with pytest.raises(refusals.ClinicClosed):
        repeat(visit, now)


def test_a_series_goes_on_from_its_last_visit(visit, now):
    series, visits = written(visit)
    with pytest.raises(refusals.SeriesGoesOn):
        repeat(visit, now)
    assert repeat(visits[-1], now, every=6, count=2) == series
    assert [one.in_series.number for one in of_series(series)] == [1, 2, 3, 4, 5]
    series.refresh_from_db()
    assert series.every_weeks == 6


def test_a_series_that_was_cancelled_from_here_on_goes_on(visit, now):
    series = written(visit, status="cancelled_doctor", cancelled_at=now)[0]
    repeat(visit, now, count=1)
    assert [one.in_series.number for one in of_series(series)] == [1, 2, 3, 4]


def test_no_series_is_endless(visit, now):
    visits = written(visit, count=1)[1]
    SeriesVisit.objects.filter(appointment=visits[-1]).update(number=102)
    with pytest.raises(refusals.SeriesTooLong):
        repeat(visits[-1], now, count=3)


def test_wishes_know_the_length(visit, now):
    assert {wish.minutes for wish in wishes_of(visit, now)} == {30}
