"""Days are counted while what they count is changed by several at once: afterwards the stored
figures are what a count from scratch says. The days are of 2024: no real clock reaches them.
"""

import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from time import sleep

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction

from appointments.enums import Status
from appointments.models import Absence, Appointment, HoursVersion, OccupancyDay
from appointments.services.tallying import check, tally_due
from clinics.models import Clinic
from tests.factories import (
    AppointmentFactory,
    ClinicFactory,
    DoctorFactory,
    PatientFactory,
    PaymentLineFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SINCE, NOW = datetime(2024, 7, 1, 14, tzinfo=UTC), datetime(2024, 7, 20, 14, tzinfo=UTC)
DOCTORS, THREADS, DAYS = 3, 4, 14
ACTS = int(os.environ.get("OCCUPANCY_ACTS", "80"))
SAID = [Status.ATTENDED, Status.NO_SHOW, Status.BOOKED]


@pytest.fixture
def past(transactional_db):
    """Three doctors with two clinics each and two weeks of visits of few patients."""
    patients = PatientFactory.create_batch(6)
    for number in range(DOCTORS):
        doctor = DoctorFactory()
        first = ClinicFactory(doctor=doctor, created_at=SINCE)
        other = ClinicFactory(
            doctor=doctor, created_at=SINCE, hours=[(d, 900, 1140) for d in (1, 4)]
        )
        for n in range(3 * DAYS):
            AppointmentFactory(
                clinic=first if n % 3 else other,
                patient=patients[(2 * number + n % 2) % 6],
                starts_at=SINCE + timedelta(days=n // 3, hours=2 * (n % 3)),
            )
    HoursVersion.objects.all().delete()
    return patients


def life(patients, seed):
    chance = random.Random(seed)
    try:
        for _ in range(ACTS):
            # Two may want the same patient at one time, or wait for each other: one of them loses.
            with suppress(Error), transaction.atomic():
                visit = chance.choice(list(Appointment.objects.filter(cancelled_at=None)))
                chance.choice(ACTIONS)(visit, patients, chance)
                sleep(chance.random() / 50)
    finally:
        connection.close()


def say(visit, _patients, chance):
    Appointment.objects.filter(pk=visit.pk).update(status=chance.choice(SAID))


def give_away(visit, patients, chance):
    Appointment.objects.filter(pk=visit.pk).update(patient=chance.choice(patients))


def move(visit, _patients, chance):
    at = visit.starts_at + timedelta(minutes=chance.choice([-1470, -60, 30, 60, 1470]))
    Appointment.objects.filter(pk=visit.pk).update(starts_at=at, ends_at=at + timedelta(minutes=30))


def give_back(visit, _patients, chance):
    Appointment.objects.filter(pk=visit.pk).update(
        status=Status.CANCELLED_BY_PATIENT, cancelled_at=visit.starts_at, is_late_cancellation=True
    )


def pay(visit, _patients, chance):
    PaymentLineFactory(
        appointment=visit, amount=Decimal(chance.randint(1, 40)),
        receipt_number=chance.randint(1, 10**9),
    )  # fmt: skip


def leave(visit, _patients, _chance):
    Absence.objects.create(
        doctor_id=visit.doctor_id, starts_at=visit.ends_at,
        ends_at=visit.ends_at + timedelta(hours=1),
    )  # fmt: skip


def come_back(visit, _patients, _chance):
    Absence.objects.filter(doctor=visit.doctor_id).delete()


def come(visit, patients, chance):
    AppointmentFactory(
        clinic=chance.choice(list(Clinic.objects.filter(doctor=visit.doctor_id))),
        patient=chance.choice(patients), starts_at=visit.ends_at, status=Status.ATTENDED,
        code=f"R-{chance.random()}"[:12],
    )  # fmt: skip


ACTIONS = [say, say, give_away, move, move, give_back, pay, leave, come_back, come]


def count_and_go():
    try:
        tally_due(clock=lambda: NOW)
    finally:
        connection.close()


def test_storm_leaves_the_figures_true(past, capsys):
    with ThreadPoolExecutor(THREADS + 2) as pool:
        lives = [pool.submit(life, past, seed) for seed in range(THREADS)]
        while not all(done.done() for done in lives):
            # Two counters at once: one leaves a doctor to the other.
            for counting in [pool.submit(count_and_go), pool.submit(count_and_go)]:
                counting.result()
        for done in lives:
            done.result()
    tally_due(clock=lambda: NOW)
    report = check(clock=lambda: NOW)
    assert (report.doctors, report.waiting, report.differences) == (DOCTORS, 0, [])
    out = StringIO()
    call_command("occupancy", "--check", stdout=out)
    with capsys.disabled():
        sys.stdout.write(
            f"\noccupancy after {Appointment.objects.count()} visits, "
            f"{OccupancyDay.objects.count()} stored days: {out.getvalue()}"
        )
