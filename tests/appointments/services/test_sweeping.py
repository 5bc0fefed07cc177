"""Holds that ran out go by themselves, and in nobody's way."""

from datetime import timedelta

import pytest
from django.db import connections, transaction

from appointments.enums import Status
from appointments.models import Appointment
from appointments.services.locks import lock_doctor
from appointments.services.sweeping import release_run_out_holds
from core.models import LiveChange

TEN = timedelta(minutes=10)


@pytest.mark.django_db
def test_run_out_hold_goes_and_is_told(hold, now):
    held = hold("hers").appointment
    assert release_run_out_holds(now=now + TEN - timedelta(seconds=1)) == 0
    assert release_run_out_holds(now=now + TEN) == 1
    held.refresh_from_db()
    assert held.status == Status.EXPIRED
    assert LiveChange.objects.order_by("id").last().kind == "released"
    assert release_run_out_holds(now=now + TEN) == 0


@pytest.mark.django_db
def test_visits_and_requests_stay(visit, now):
    assert release_run_out_holds(now=now + timedelta(days=9)) == 0
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


@pytest.mark.django_db(transaction=True)
def test_doctor_who_is_being_booked_is_left_for_the_next_time(hold, clinic, now):
    held = hold("hers").appointment
    other = connections.create_connection("default")
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM doctors_doctor WHERE id = %s FOR NO KEY UPDATE", [clinic.doctor_id]
            )
        assert release_run_out_holds(now=now + TEN) == 0
        other.rollback()
    finally:
        other.close()
    assert release_run_out_holds(now=now + TEN) == 1
    assert Appointment.objects.get(pk=held.pk).status == Status.EXPIRED


@pytest.mark.django_db(transaction=True)
def test_hold_that_is_being_extended_is_left(hold, clinic, now):
    """Its row is locked by who extends it; waiting for it would be no help to anybody."""
    held = hold("hers").appointment
    other = connections.create_connection("default")
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE appointments_appointment SET hold_expires_at = %s WHERE id = %s",
                [now + 2 * TEN, held.pk],
            )
        assert release_run_out_holds(now=now + TEN) == 0
        other.commit()
    finally:
        other.close()
    assert release_run_out_holds(now=now + TEN) == 0
    with transaction.atomic():
        lock_doctor(clinic.doctor_id)
    assert Appointment.objects.get(pk=held.pk).status == Status.HELD
