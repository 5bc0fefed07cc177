"""Stored figures: when they are made, what makes them anew, and what the comparison finds."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from appointments.attendance import Attendance
from appointments.counting import count_days
from appointments.enums import Status
from appointments.models import (
    Absence,
    Appointment,
    HoursVersion,
    OccupancyChange,
    OccupancyDay,
    OccupancyIncome,
    OccupancyTally,
)
from appointments.occupancy import add
from appointments.services.absences import remove_absence
from appointments.services.attendance import record_attendance
from appointments.services.tallying import check, over_everywhere, stored_days, tally, tally_due
from clinics.models import Clinic, OpeningHours
from clinics.services.schedule import NewHours
from clinics.timetables import Window
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory, PaymentLineFactory

# The usual now is Monday 23 November 2026, 14:00 UTC; Sunday is over in every zone.
SUNDAY = date(2026, 11, 22)
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def old_clinic(frozen, dr_chen):
    """Open every day 9:00-17:00 in Quito since the first of November."""
    clinic = ClinicFactory(doctor=dr_chen, created_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    HoursVersion.objects.all().delete()
    return clinic


def on_friday(clinic, hour=15, **values):
    starts_at = FRIDAY.replace(hour=hour)
    return AppointmentFactory(clinic=clinic, starts_at=starts_at, **values)


def told(clinic):
    day = FRIDAY.date()
    return stored_days(clinic.doctor_id, day, day).get((clinic.pk, day))


def test_over_everywhere_waits_for_the_last_zone():
    assert over_everywhere(datetime(2026, 11, 23, 11, 59, tzinfo=UTC)) == date(2026, 11, 21)
    assert over_everywhere(datetime(2026, 11, 23, 12, 0, tzinfo=UTC)) == SUNDAY


def test_tally_stores_days_that_are_over(old_clinic, now):
    on_friday(old_clinic, status=Status.ATTENDED)
    on_friday(old_clinic, hour=16, status=Status.NO_SHOW)
    AppointmentFactory(clinic=old_clinic, starts_at=now)
    assert tally_due(clock=lambda: now) == 1
    days = OccupancyDay.objects.order_by("day").values_list("day", "offered", "booked")
    assert days[0] == (date(2026, 11, 1), 480, 0)
    assert days.last() == (SUNDAY, 480, 0)
    friday = told(old_clinic)
    assert (friday.offered, friday.booked, friday.attended, friday.missed) == (480, 60, 30, 30)
    assert friday.income == {"USD": (Decimal(45), Decimal(0))}
    assert OccupancyTally.objects.get().counted_until == SUNDAY
    assert OccupancyChange.objects.count() == 0
    assert tally_due(clock=lambda: now) == 0


def test_tally_change_of_a_past_visit_counts_its_day_anew(old_clinic, now):
    visit = on_friday(old_clinic)
    tally_due(clock=lambda: now)
    assert told(old_clinic).attended == 0
    record_attendance(
        appointment=visit,
        said=Attendance(Status.ATTENDED),
        actor=old_clinic.doctor.user,
        now=now,
    )
    assert tally_due(clock=lambda: now) == 1
    assert told(old_clinic).attended == 30


def test_tally_payment_counts_its_visits_day_anew(old_clinic, now):
    visit = on_friday(old_clinic, status=Status.ATTENDED)
    tally_due(clock=lambda: now)
    PaymentLineFactory(appointment=visit, amount=Decimal(20))
    tally_due(clock=lambda: now)
    assert told(old_clinic).income == {"USD": (Decimal(45), Decimal(20))}


def test_tally_patient_is_new_once_their_first_visit_came_to_nothing(old_clinic, now):
    patient = PatientFactory()
    first = AppointmentFactory(
        clinic=old_clinic, patient=patient, starts_at=FRIDAY - timedelta(days=10)
    )
    on_friday(old_clinic, patient=patient)
    tally_due(clock=lambda: now)
    assert (told(old_clinic).new_patients, told(old_clinic).known_patients) == (0, 1)
    Appointment.objects.filter(pk=first.pk).update(status=Status.NO_SHOW)
    tally_due(clock=lambda: now)
    assert (told(old_clinic).new_patients, told(old_clinic).known_patients) == (1, 0)


def test_tally_visit_moved_away_leaves_its_day(old_clinic, now):
    visit = on_friday(old_clinic)
    tally_due(clock=lambda: now)
    Appointment.objects.filter(pk=visit.pk).update(starts_at=now, ends_at=now + timedelta(hours=1))
    tally_due(clock=lambda: now)
    assert told(old_clinic).booked == 0


def test_tally_hours_of_next_month_leave_last_month(old_clinic, now):
    tally_due(clock=lambda: now)
    NewHours(clinic=old_clinic, windows=[Window(1, 540, 600)]).apply(
        actor=old_clinic.doctor.user, now=now
    )
    HoursVersion.objects.update(until=now)
    assert told(old_clinic).offered == 480
    assert (
        count_days(old_clinic.doctor_id, FRIDAY.date(), FRIDAY.date())[
            old_clinic.pk, FRIDAY.date()
        ].offered
        == 480
    )
    ahead = count_days(old_clinic.doctor_id, date(2026, 11, 30), date(2026, 12, 1))
    assert {day: count.offered for (_clinic, day), count in ahead.items()} == {
        date(2026, 11, 30): 60
    }


def test_hours_are_kept_once_in_a_transaction(old_clinic):
    OpeningHours.objects.filter(clinic=old_clinic, weekday=1).delete()
    OpeningHours.objects.filter(clinic=old_clinic).update(ends_minute=900)
    Clinic.objects.filter(pk=old_clinic.pk).update(is_active=False)
    kept = HoursVersion.objects.get()
    assert sorted(kept.week) == [[day, 540, 1020, None, None] for day in range(1, 8)]
    assert kept.is_active is True


def test_hours_are_not_kept_where_nothing_of_them_changes(old_clinic):
    Clinic.objects.filter(pk=old_clinic.pk).update(is_active=True, price=Decimal(50))
    assert HoursVersion.objects.count() == 0


def test_hours_go_with_their_clinic(old_clinic):
    OpeningHours.objects.filter(clinic=old_clinic, weekday=1).delete()
    old_clinic.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert HoursVersion.objects.count() == 0


def test_absence_under_way_ends_now_and_stays_in_the_figures(old_clinic, now):
    absence = Absence.objects.create(
        doctor=old_clinic.doctor, starts_at=FRIDAY, ends_at=now + timedelta(days=3)
    )
    remove_absence(absence=absence, actor=old_clinic.doctor.user, now=now)
    absence.refresh_from_db()
    assert absence.ends_at == now
    tally_due(clock=lambda: now)
    assert told(old_clinic).offered == 60


def test_two_clinics_that_open_at_once_offer_a_minute_once(old_clinic, now):
    other = ClinicFactory(
        doctor=old_clinic.doctor, hours=[(d, 960, 1080) for d in range(1, 8)],
        created_at=old_clinic.created_at,
    )  # fmt: skip
    HoursVersion.objects.all().delete()
    tally_due(clock=lambda: now)
    assert (told(other).offered, told(other).shared) == (120, 60)
    assert told(old_clinic).shared == 0


def test_late_cancellation_is_refilled_by_who_came_instead(old_clinic, now):
    on_friday(
        old_clinic, status=Status.CANCELLED_BY_PATIENT, cancelled_at=FRIDAY,
        is_late_cancellation=True,
    )  # fmt: skip
    on_friday(old_clinic, status=Status.ATTENDED, ends_at=FRIDAY + timedelta(minutes=20))
    tally_due(clock=lambda: now)
    friday = told(old_clinic)
    assert (friday.late, friday.refilled, friday.lost_late) == (30, 20, 10)
    assert friday.late_cancellations == 1


def test_tally_of_a_doctor_who_is_gone_only_forgets(db, now):
    OccupancyChange.objects.create(doctor_id=987_654, first_day=SUNDAY, last_day=SUNDAY)
    assert tally(987_654, now=now) is True
    assert OccupancyChange.objects.count() == 0


def test_check_finds_what_was_altered(old_clinic, now, capsys):
    on_friday(old_clinic, status=Status.ATTENDED)
    tally_due(clock=lambda: now)
    out = StringIO()
    call_command("occupancy", "--check", stdout=out)
    assert " 0 waiting for the task, 0 differences" in out.getvalue()
    OccupancyDay.objects.filter(day=FRIDAY.date()).update(attended=29)
    OccupancyIncome.objects.all().delete()
    report = check(clock=lambda: now)
    assert len(report.differences) == 1
    with pytest.raises(SystemExit):
        call_command("occupancy", "--check", stdout=StringIO())
    call_command("occupancy", "--rebuild", stdout=StringIO())
    assert check(clock=lambda: now).differences == []


def test_check_knows_what_waits(old_clinic, now):
    visit = on_friday(old_clinic)
    tally_due(clock=lambda: now)
    Appointment.objects.filter(pk=visit.pk).update(status=Status.ATTENDED)
    report = check(clock=lambda: now)
    assert (report.waiting > 0, report.differences) == (True, [])


@pytest.mark.parametrize("seed", range(4))
def test_stored_days_are_what_is_counted_after_any_changes(old_clinic, now, seed):
    chance = random.Random(seed)
    patients = [PatientFactory() for _ in range(3)]
    for _ in range(12):
        visits = list(Appointment.objects.filter(clinic=old_clinic, starts_at__lt=now))
        if visits and chance.random() < 0.5:
            visit = chance.choice(visits)
            statuses = [Status.ATTENDED, Status.NO_SHOW, Status.BOOKED]
            Appointment.objects.filter(pk=visit.pk).update(
                status=chance.choice(statuses), patient=chance.choice(patients)
            )
        else:
            at = FRIDAY - timedelta(days=chance.randrange(18), minutes=-30 * len(visits))
            AppointmentFactory(
                clinic=old_clinic, patient=chance.choice(patients), starts_at=at,
                ends_at=at + timedelta(minutes=30), status=Status.ATTENDED,
            )  # fmt: skip
        if chance.random() < 0.4:
            tally_due(clock=lambda: now)
    tally_due(clock=lambda: now)
    report = check(clock=lambda: now)
    assert (report.waiting, report.differences) == (0, [])


def test_counts_of_several_days_add_up(old_clinic, now):
    on_friday(old_clinic, status=Status.ATTENDED)
    counts = list(count_days(old_clinic.doctor_id, date(2026, 11, 19), date(2026, 11, 20)).values())
    add(counts[0], counts[1])
    assert (counts[0].offered, counts[0].booked, sum(counts[0].booked_hours)) == (960, 30, 30)
    assert counts[0].income == {"USD": (Decimal(45), Decimal(0))}
