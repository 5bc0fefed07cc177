"""Rows are locked in one order: (who joins a waiting list: their account), draft, patient, (who
leaves one: their entry), doctor, visit. Nothing else is ever waited for.

The doctor's row lock is what makes a crowd queue instead of deadlocking on the exclusion
constraint (docs/adr/0003); the constraint stays as the last wall. No wait is longer than the
connection's `lock_timeout` (settings).
"""

from datetime import datetime

from accounts.models import Patient, User
from appointments.enums import Status
from appointments.models import Appointment, BookingDraft
from appointments.refusals import PatientGone
from clinics.models import Clinic
from doctors.models import Doctor

# A test's negative control turns this off, to show that the tests would see a double booking.
LOCKING = True


def lock_draft(holder_key: str) -> BookingDraft | None:
    """The browser's draft. Its hold is read later, not joined here: a join would still show the
    hold from before the wait for the lock.
    """
    return BookingDraft.objects.select_for_update().filter(holder_key=holder_key).first()


def lock_or_make_draft(holder_key: str, clinic: Clinic, starts_at: datetime) -> BookingDraft:
    """The browser's draft, made on first use. In one statement that also locks it, since a booking
    in another tab may delete it at any moment.
    """
    fresh = BookingDraft(holder_key=holder_key, clinic=clinic, starts_at=starts_at)
    BookingDraft.objects.bulk_create(
        [fresh],
        update_conflicts=True,
        unique_fields=["holder_key"],
        update_fields=["holder_key"],
    )
    return BookingDraft.objects.select_for_update().get(holder_key=holder_key)


def lock_account(account: User) -> None:
    """What is counted of all its people is counted by one at a time."""
    if LOCKING:
        rows = User.objects.select_for_update(of=("self",), no_key=True)
        rows.only("pk").get(pk=account.pk)


def lock_patient(patient: Patient) -> Patient | None:
    """The row may be gone: a patient whom the desk wrote down, and whom an account has claimed."""
    if not LOCKING:
        return None
    rows = Patient.objects.select_for_update(of=("self",), no_key=True)
    return rows.only("pk", "erased_at").filter(pk=patient.pk).first()


def lock_patient_to_book(patient: Patient) -> None:
    """Raises PatientGone: their account was closed, maybe while this waited."""
    found = lock_patient(patient)
    if found is not None and found.erased_at is not None:
        raise PatientGone


def lock_doctor(doctor_id: int) -> None:
    if LOCKING:
        Doctor.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=doctor_id)


def expire_holds(doctor_id: int, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Let go of run-out holds in the way; the doctor's row must be locked."""
    Appointment.objects.filter(
        doctor_id=doctor_id, status=Status.HELD, hold_expires_at__lte=now
    ).overlapping(starts_at, ends_at).update(status=Status.EXPIRED)
