"""Bookings, cancellations, moves, holds, days off and hours that change, all at once: afterwards
the search index says what the engine says, and every time on a card can be booked.
"""

import os
import random
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from appointments.models import Absence, Appointment, IndexChange, IndexEntry
from appointments.queries import is_offered
from appointments.services.absences import add_absence, remove_absence
from appointments.services.booking import book_appointment
from appointments.services.cancelling import cancel_appointment
from appointments.services.holds import hold_slot
from appointments.services.index_check import check_index
from appointments.services.indexing import renew_due
from appointments.services.rescheduling import reschedule_appointment
from clinics.models import Clinic, OpeningHours, ScheduleException
from core.db import Refusal
from directory.cards import cards_of
from directory.filters import Filters
from directory.finding import Search
from directory.queries import Wanted
from doctors.models import Doctor
from tests.appointments.crowd import at_once
from tests.appointments.wishes import wish_of
from tests.factories import ClinicFactory, DoctorFactory, PatientFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
DOCTORS, THREADS = 12, 4
ACTS = int(os.environ.get("INDEX_ACTS", "60"))
CARDS = int(os.environ.get("INDEX_CARDS", "100"))


@pytest.fixture
def town(frozen, settings):
    settings.BOOKINGS_PER_HOUR = settings.OPEN_VISITS_PER_DOCTOR = 10_000
    settings.HOLDS_PER_ADDRESS = 10_000
    for _ in range(DOCTORS):
        doctor = DoctorFactory()
        ClinicFactory(doctor=doctor, min_notice_minutes=60)
        ClinicFactory(doctor=doctor, name="Cumbayá", hours=[(d, 1080, 1260) for d in range(1, 8)])
    return [PatientFactory().account for _ in range(THREADS)]


def life(account, seed):
    """One person's acts, and some of the doctors' own."""
    chance = random.Random(seed)
    clinics = list(Clinic.objects.with_schedule())
    try:
        for _ in range(ACTS):
            clinic = chance.choice(clinics)
            start = NOW + timedelta(minutes=30 * chance.randint(2, 240))
            with suppress(Refusal):
                chance.choice(ACTIONS)(account, clinic, start, chance)
    finally:
        connection.close()


def book(account, clinic, start, _chance):
    book_appointment(request=wish_of(account, clinic, start), now=NOW)


def hold(_account, clinic, start, _chance):
    hold_slot(clinic=clinic, starts_at=start, holder_key=uuid.uuid4().hex, address_digest="a",
              now=NOW)  # fmt: skip


def own(account):
    return list(Appointment.objects.standing().filter(booked_by=account))


def cancel(account, _clinic, _start, chance):
    if visits := own(account):
        visit = chance.choice(visits)
        cancel_appointment(appointment=visit, actor=account, status="cancelled_patient", now=NOW)


def move(account, _clinic, start, chance):
    if visits := own(account):
        visit = chance.choice(visits)
        reschedule_appointment(appointment=visit, starts_at=start, actor=account, now=NOW)


def leave(_account, clinic, start, _chance):
    end = start + timedelta(hours=3)
    add_absence(doctor=clinic.doctor, starts_at=start, ends_at=end, now=NOW)


def come_back(_account, clinic, _start, _chance):
    if absence := Absence.objects.filter(doctor=clinic.doctor).first():
        remove_absence(absence=absence, actor=clinic.doctor.user, now=NOW)


def other_hours(_account, clinic, _start, chance):
    """Behind the services, as a hand on the database: the trigger sees it."""
    hours = OpeningHours.objects.filter(clinic=clinic, weekday=chance.randint(1, 7))
    hours.update(ends_minute=chance.choice([1110, 1200, 1260]))


def close(_account, clinic, _start, chance):
    day = date(2026, 11, 24) + timedelta(days=chance.randint(0, 5))
    ScheduleException.objects.create(clinic=clinic, date=day, kind="closed")


def pause(_account, clinic, _start, chance):
    Clinic.objects.filter(pk=clinic.pk).update(is_active=chance.random() > 0.3)


ACTIONS = [book, book, book, hold, cancel, move, leave, come_back, other_hours, close, pause]


def test_storm_leaves_the_index_true(town, capsys):
    with ThreadPoolExecutor(THREADS + 1) as pool:
        lives = [pool.submit(life, account, n) for n, account in enumerate(town)]
        while not all(done.done() for done in lives):
            pool.submit(renew_and_go).result()
        for done in lives:
            done.result()
    renew_due(clock=lambda: NOW)
    report = check_index(clock=lambda: NOW)
    assert (report.doctors, report.waiting, report.differences) == (DOCTORS, 0, [])
    call_command("availability_index", "--check")
    shown = every_card_can_be_booked()
    with capsys.disabled():
        sys.stdout.write(
            f"\nindex after {Appointment.objects.count()} visits and holds, "
            f"{Absence.objects.count()} absences, {IndexEntry.objects.count()} entries: "
            f"0 differences; {shown} times of cards, all offered\n"
        )


def test_two_who_change_two_doctors_in_opposite_orders_do_not_wait_for_each_other(town):
    renew_due(clock=lambda: NOW)
    first, second = Doctor.objects.order_by("pk")[:2]
    met = Barrier(2, timeout=10)

    @transaction.atomic
    def change(*clinics):
        for clinic in clinics:
            Clinic.objects.filter(pk=clinic.pk).update(price=11)
            met.wait()

    (a, b), (c, d) = (doctor.clinics.order_by("pk") for doctor in (first, second))
    at_once(partial(change, a, c), partial(change, d, b))
    changed = IndexChange.objects.values_list("doctor", flat=True)
    assert sorted(changed) == sorted([first.pk, second.pk] * 2)


def renew_and_go():
    """The task, beside the storm."""
    try:
        renew_due(clock=lambda: NOW)
    finally:
        connection.close()


def every_card_can_be_booked():
    chance, shown = random.Random(5), 0
    days = [None, date(2026, 11, 25), date(2026, 11, 28)]
    for _ in range(CARDS):
        filters = Filters(since=chance.choice(days), moments=chance.choice([(), ("tarde",)]))
        hits = Search(Wanted(filters=filters), NOW)[0:DOCTORS]
        card = chance.choice(cards_of(hits, filters, now=NOW))
        clinic = Clinic.objects.with_schedule().get(pk=card.clinic.pk)
        for _day, times in card.days:
            for time in times:
                assert is_offered(clinic, time, now=NOW)
                shown += 1
    assert shown > CARDS
    assert Doctor.objects.count() == DOCTORS
    return shown
