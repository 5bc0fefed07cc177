"""Rows are locked in one order: draft, patient, doctor, visit. Nothing else is ever waited for.

The doctor's row lock is what makes a crowd queue instead of deadlocking on the exclusion
constraint (docs/adr/0003); the constraint stays as the last wall.
"""

from datetime import datetime

from accounts.models import Patient
from appointments.enums import Status
from appointments.models import Appointment, BookingDraft
from core.db import limit_lock_wait
from doctors.models import Doctor

# A test's negative control turns this off, to show that the tests would see a double booking.
LOCKING = True


def lock_draft(holder_key: str) -> BookingDraft | None:
    limit_lock_wait()
    return (
        BookingDraft.objects.select_for_update(of=("self",))
        .select_related("appointment")
        .filter(holder_key=holder_key)
        .first()
    )


def lock_patient(patient: Patient) -> None:
    if LOCKING:
        limit_lock_wait()
        Patient.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=patient.pk)


def lock_doctor(doctor_id: int) -> None:
    if LOCKING:
        limit_lock_wait()
        Doctor.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=doctor_id)


def expire_holds(doctor_id: int, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Let go of run-out holds in the way; the doctor's row must be locked."""
    Appointment.objects.filter(
        doctor_id=doctor_id, status=Status.HELD, hold_expires_at__lte=now
    ).overlapping(starts_at, ends_at).update(status=Status.EXPIRED)
