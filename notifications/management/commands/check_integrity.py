"""`check_integrity`: what must always hold, counted by SQL. Exit status 1 on any breach."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from appointments.enums import HOLDING_SLOT
from core.clock import current_time
from notifications.handlers import TOLD

# Constraints forbid the first ones; they are counted all the same, since a restore or a hand on
# the database may have been there without them.
INVARIANTS = {
    "doctor in two visits at once": """
        SELECT count(*) FROM appointments_appointment a
        JOIN appointments_appointment b ON a.doctor_id = b.doctor_id AND a.id < b.id
             AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
        WHERE a.status = ANY(%(holding)s) AND b.status = ANY(%(holding)s)""",
    "patient in two visits at once": """
        SELECT count(*) FROM appointments_appointment a
        JOIN appointments_appointment b ON a.patient_id = b.patient_id AND a.id < b.id
             AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
        WHERE a.status = ANY(%(holding)s) AND b.status = ANY(%(holding)s)""",
    "visit at another doctor's clinic": """
        SELECT count(*) FROM appointments_appointment a
        JOIN clinics_clinic c ON c.id = a.clinic_id WHERE c.doctor_id <> a.doctor_id""",
    "visit without its first line in the timeline": """
        SELECT count(*) FROM appointments_appointment a
        WHERE a.status NOT IN ('held', 'expired') AND NOT EXISTS (
            SELECT 1 FROM appointments_appointmentchange c WHERE c.appointment_id = a.id)""",
    "visit whose state or time differs from its last line": """
        SELECT count(*) FROM appointments_appointment a JOIN LATERAL (
            SELECT to_status, to_starts_at FROM appointments_appointmentchange c
            WHERE c.appointment_id = a.id ORDER BY c.id DESC LIMIT 1) l ON true
        WHERE a.status <> l.to_status OR a.starts_at <> l.to_starts_at""",
    "absence over a standing visit": """
        SELECT count(*) FROM appointments_appointment a
        JOIN appointments_absence b ON a.doctor_id = b.doctor_id
             AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
        WHERE a.status IN ('requested', 'booked') AND a.booked_at > b.created_at""",
    # Outside of our own pages, and not counting what stands in for it or repeats it.
    "processed event of a visit that its patient was not told of, once": """
        SELECT count(*) FROM core_event e
        WHERE e.name = ANY(%(told)s) AND e.processed_at IS NOT NULL
          AND (SELECT count(*) FROM notifications_message m
               WHERE m.event_id = e.id AND m.audience = 'patient' AND m.channel <> 'inbox'
                 AND m.instead_of_id IS NULL AND m.copy = 0) <> 1""",
    "processed event of a visit that its doctor was not told of, once": """
        SELECT count(*) FROM core_event e
        JOIN appointments_appointmentchange c ON c.id = (e.data->>'change')::bigint
        JOIN appointments_appointment a ON a.id = c.appointment_id
        JOIN doctors_doctor d ON d.id = a.doctor_id
        WHERE e.name = ANY(%(told)s) AND e.processed_at IS NOT NULL
          AND (SELECT count(*) FROM notifications_message m
               WHERE m.event_id = e.id AND m.audience = 'doctor' AND m.channel <> 'inbox'
                 AND m.instead_of_id IS NULL AND m.copy = 0)
              <> (CASE WHEN c.by_desk AND c.actor_id = d.user_id THEN 0 ELSE 1 END)""",
    # Two hours: what was booked later than that has no reminder to come. `plan_missing` is hourly.
    "visit within a week without a reminder": """
        SELECT count(*) FROM appointments_appointment a
        WHERE a.status = 'booked' AND a.booked_at < %(now)s - interval '2 hours'
          AND a.starts_at BETWEEN %(now)s + interval '1 day' AND %(now)s + interval '7 days'
          AND NOT EXISTS (SELECT 1 FROM core_event e
            WHERE e.subject_id = a.public_id AND e.processed_at IS NULL)
          AND NOT EXISTS (SELECT 1 FROM notifications_message m
            WHERE m.visit_id = a.id AND m.version = a.sequence AND m.kind LIKE 'reminder%%')""",
    "reminder that was sent of a visit as it was not": """
        SELECT count(*) FROM notifications_message m
        JOIN appointments_appointment a ON a.id = m.visit_id
        WHERE m.kind LIKE 'reminder%%' AND m.state = 'sent' AND m.sent_at >= a.starts_at
          AND m.version = a.sequence""",
    "one message twice": """
        SELECT count(*) FROM (SELECT 1 FROM notifications_message
            WHERE visit_id IS NOT NULL
            GROUP BY visit_id, version, audience, reader_key, channel, kind, copy
            HAVING count(*) > 1) t""",
    "message that says neither that it was sent nor why not": """
        SELECT count(*) FROM notifications_message
        WHERE (state = 'sent' AND sent_at IS NULL) OR (state = 'suppressed' AND why = '')
           OR (state = 'given_up' AND last_error = '')""",
}


class Command(BaseCommand):
    help = "Prints each invariant with its count of breaches; exit status 1 on any."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        with connection.cursor() as cursor:
            for name, sql in INVARIANTS.items():
                cursor.execute(
                    sql, {"holding": sorted(HOLDING_SLOT), "told": TOLD, "now": current_time()}
                )
                (breaches,) = cursor.fetchone()
                total += breaches
                self.stdout.write(f"{breaches:8d}  {name}")
        if total:
            sys.exit(1)
