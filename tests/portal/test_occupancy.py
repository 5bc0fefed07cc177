"""«Ocupación»: what the page and the sheet tell, and of whom."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from appointments.enums import Status
from appointments.models import HoursVersion, OccupancyDay, WaitingEntry, WaitingOffer
from appointments.services.tallying import tally_due
from clinics.models import Clinic
from portal.occupancy import occupancy_of, today_of
from portal.periods import SPAN, Period, period_around
from tests.factories import AppointmentFactory, ClinicFactory, PaymentLineFactory

PAGE = reverse("portal:occupancy")
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def office(frozen, dr_chen):
    """Open every day 9:00-17:00 in Quito since January."""
    clinic = ClinicFactory(doctor=dr_chen, created_at=datetime(2026, 1, 1, 12, 0, tzinfo=UTC))
    HoursVersion.objects.all().delete()
    return clinic


@pytest.fixture
def ana(as_, office):
    return as_(office.doctor.user)


@pytest.fixture
def friday(office):
    """A morning: attended and paid, missed, given back late and taken by another."""
    visit = AppointmentFactory(clinic=office, starts_at=FRIDAY, status=Status.ATTENDED)
    PaymentLineFactory(appointment=visit, amount=Decimal(45))
    AppointmentFactory(clinic=office, starts_at=FRIDAY + timedelta(hours=1), status=Status.NO_SHOW)
    AppointmentFactory(
        clinic=office, starts_at=FRIDAY, status=Status.CANCELLED_BY_PATIENT, cancelled_at=FRIDAY,
        is_late_cancellation=True,
    )  # fmt: skip
    return visit


def seen(clinic, now, kind="mes", day=date(2026, 11, 23)):
    clinics = list(Clinic.objects.with_schedule().filter(doctor=clinic.doctor))
    period = period_around(kind, day, today_of(clinics, now))
    return occupancy_of(clinic.doctor, clinics, period, now=now)


def test_occupancy_month_counts_what_is_over_and_what_is_to_come(office, friday, now):
    AppointmentFactory(clinic=office, starts_at=now + timedelta(days=1))
    together = seen(office, now).together
    assert together.offered == 30 * 480
    assert together.count.booked == 90
    assert (together.count.attended, together.count.missed) == (30, 30)
    assert (together.count.late, together.count.refilled) == (30, 30)
    assert together.percent == 1
    assert (together.missed_percent, together.refilled_percent) == (50, 100)
    assert together.money == [("USD", Decimal(90), Decimal(45))]
    # From 9:00 of the 23rd, seven days and a whole one, less half an hour.
    assert together.free == 8 * 480 - 30


def test_occupancy_is_the_same_before_and_after_it_is_stored(office, friday, now):
    counted = seen(office, now)
    tally_due(clock=lambda: now)
    assert OccupancyDay.objects.filter(day=FRIDAY.date()).count() == 1
    stored = seen(office, now)
    assert stored.together == counted.together
    assert stored.rows == counted.rows
    assert stored.bars == counted.bars
    assert stored.heat == counted.heat


def test_occupancy_by_week_and_month_is_what_the_days_are(office, friday, now):
    tally_due(clock=lambda: now)
    clinics = list(Clinic.objects.with_schedule().filter(doctor=office.doctor))
    whole = Period(SPAN, date(2026, 2, 1), date(2026, 12, 31), date(2026, 11, 23))
    found = occupancy_of(office.doctor, clinics, whole, now=now)
    assert whole.part == "month"
    assert [bar.count.offered for bar in found.bars.bars] == [
        480 * days for days in (28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    ]
    assert found.bars.bars[9].count.booked == 60


def test_occupancy_days_over_are_held_against_as_many_before(office, friday, now):
    AppointmentFactory(
        clinic=office, starts_at=datetime(2026, 10, 2, 15, 0, tzinfo=UTC),
        ends_at=datetime(2026, 10, 2, 21, 0, tzinfo=UTC), status=Status.ATTENDED,
    )  # fmt: skip
    AppointmentFactory(
        clinic=office, starts_at=datetime(2026, 10, 30, 15, 0, tzinfo=UTC),
        status=Status.ATTENDED,
    )  # fmt: skip
    found = seen(office, now)
    assert found.period.past == (date(2026, 11, 1), date(2026, 11, 22))
    assert found.period.compared == (date(2026, 10, 1), date(2026, 10, 22))
    assert (found.changed_percent.now, found.changed_percent.before) == (1, 3)
    assert (found.changed_visits.now, found.changed_visits.before) == (2, 1)


def test_occupancy_page_says_figures_and_formula(ana, friday):
    page = ana.get(PAGE).content.decode()
    assert "Noviembre de 2026" in page
    assert "1 h con cita de 240 h ofrecidas".replace(" h", "\u00a0h") in page
    assert "Cómo se calcula" in page
    assert "USD\u00a045" in page


def test_occupancy_of_one_clinic(ana, office, friday):
    other = ClinicFactory(doctor=office.doctor, name="Cumbayá", hours=[(1, 540, 600)])
    page = ana.get(PAGE, {"consultorio": str(other.public_id)}).content.decode()
    assert "· Cumbayá" in page
    assert "Por consultorio" not in page
    assert "Por consultorio" in ana.get(PAGE).content.decode()


def test_occupancy_of_a_foreign_clinic_is_refused(ana, dr_diaz):
    foreign = ClinicFactory(doctor=dr_diaz)
    answer = ana.get(PAGE, {"consultorio": str(foreign.public_id)})
    assert answer.status_code == 400
    assert "de 240" not in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"ver": "dia", "fecha": "2026-11-20"}, "Viernes 20 de noviembre"),
        ({"ver": "semana", "fecha": "2026-11-20"}, "16 – 22 de noviembre de 2026"),
        ({"desde": "2026-11-01", "hasta": "2026-11-20"}, "1 – 20 de noviembre de 2026"),
        ({"desde": "2026-11-01"}, "1 – 23 de noviembre de 2026"),
        ({"ver": "mes", "fecha": "2027-02-10"}, "Febrero de 2027"),
    ],
)
def test_occupancy_periods(ana, query, words):
    assert words in ana.get(PAGE, query).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"desde": "2026-11-20", "hasta": "2026-11-01"},
        {"desde": "2020-01-01", "hasta": "2026-11-01"},
        {"fecha": "ayer"},
        {"ver": "siglo"},
        {"desde": "2026-02-30"},
    ],
)
def test_occupancy_what_cannot_be_read_is_said(ana, query):
    for page in (PAGE, reverse("portal:occupancy_csv")):
        assert ana.get(page, query).status_code == 400


def test_occupancy_at_the_edges_of_the_calendar(ana):
    for query in ({"fecha": "2000-01-01"}, {"fecha": "2099-12-31"}, {"desde": "2097-01-01"}):
        assert ana.get(PAGE, query).status_code == 200


def test_occupancy_without_consultorio(as_, dr_diaz):
    assert "Agregue su primer consultorio" in as_(dr_diaz.user).get(PAGE).content.decode()


def test_occupancy_is_not_for_reception(as_, carla):
    assert as_(carla).get(PAGE).status_code == 404


def test_occupancy_csv(ana, office, friday):
    answer = ana.get(
        reverse("portal:occupancy_csv"), {"desde": "2026-11-20", "hasta": "2026-11-21"}
    )
    assert answer["Content-Disposition"] == (
        'attachment; filename="ocupacion-2026-11-20-2026-11-21.csv"'
    )
    head, *rows = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("Fecha;Consultorio;Minutos ofrecidos;Minutos con cita")
    assert rows == [
        "2026-11-20;La Carolina;480;60;0;13;30;30;30;30;2;1;1;1;0;USD;45,00;45,00",
        "2026-11-21;La Carolina;480;0;0;0;0;0;0;0;0;0;0;0;0;;;",
    ]
    assert [(line.act, line.what) for line in AuditEntry.objects.filter(act="export")] == [
        ("export", "ocupacion-2026-11-20-2026-11-21.csv")
    ]


def test_occupancy_tells_what_the_waiting_list_took(ana, office, alice, now):
    """Two times were offered, and one of them taken."""
    entry = WaitingEntry.objects.create(
        patient=alice.patients.get(), doctor=office.doctor, until_date=date(2026, 12, 31)
    )
    made, over = FRIDAY - timedelta(hours=2), FRIDAY - timedelta(hours=1)
    for hours, state in ((0, "accepted"), (1, "expired")):
        starts_at = FRIDAY + timedelta(hours=hours)
        visit = AppointmentFactory(clinic=office, starts_at=starts_at)
        WaitingOffer.objects.create(
            entry=entry, doctor=office.doctor, clinic=office, starts_at=starts_at,
            ends_at=visit.ends_at, state=state, offered_at=made, tell_at=made,
            expires_at=over, answered_at=over, visit=visit if state == "accepted" else None,
        )  # fmt: skip
    page = ana.get(PAGE).content.decode()
    assert (
        "Se ofrecieron 1\u00a0h que quedaron libres; la lista tomó 30\u00a0min (50\u00a0%)." in page
    )
