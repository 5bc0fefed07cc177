"""Whether something is written of a patient, or may be: who takes over their visits reads it."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import Patient
from appointments.models import Appointment

# What doctors wrote is known above (records.rules, prescriptions.rules): each app adds its own.
WRITTEN: list[Callable[[Patient], bool]] = []


def is_held(patient: Patient, now: datetime) -> bool:
    """Whether the address is another than the patient gave to the doctor (docs/adr/0050), and a
    visit has begun: what became of it, reception may say anew, and the doctor write later.
    """
    if patient.readdressed_at is None:
        return False
    visits = Appointment.objects.visits().filter(patient=patient)
    if not visits.filter(doctor__user__erased_at=None).exists():
        return False  # Nobody is left who could confirm it; who is left to change it is support.
    begun = visits.filter(starts_at__lte=now)
    return begun.exists() or any(knows(patient) for knows in WRITTEN)
