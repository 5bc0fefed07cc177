"""Many people at one moment, each with a database connection of their own, and what they broke."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from appointments.models import Appointment
from core.db import Refusal

OVERLAPS = """
SELECT count(*)
FROM appointments_appointment a
JOIN appointments_appointment b ON a.id < b.id
  AND (a.doctor_id = b.doctor_id OR a.patient_id = b.patient_id)
  AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
WHERE a.status = ANY (%(holding)s) AND b.status = ANY (%(holding)s)
"""
HOLDING = ["held", "requested", "booked", "attended", "no_show"]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Start all calls together; each one's answer, or the refusal it raised."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=10)
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as people:
        return [future.result() for future in [people.submit(run, call) for call in calls]]


def kinds(answers: Sequence[object]) -> Counter[str]:
    """How often each kind of answer was given, e.g. `{"Appointment": 1, "SlotTaken": 7}`."""
    return Counter(type(answer).__name__ for answer in answers)


def overlaps() -> int:
    """Pairs of visits or holds of one doctor, or of one patient, at the same time."""
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS, {"holding": HOLDING})
        return int(cursor.fetchone()[0])


def booked() -> int:
    return Appointment.objects.standing().count()
