"""Who may do what to a visit, and when: pure predicates for buttons and pages.

The services check again under their locks; these only spare people a refusal.
"""

from datetime import datetime

from appointments.models import Appointment


def can_cancel(visit: Appointment, now: datetime) -> bool:
    return visit.is_standing and visit.starts_at > now


def can_reschedule(visit: Appointment, now: datetime) -> bool:
    """Until the clinic's deadline: a later move would free the old time too late."""
    return can_cancel(visit, now) and now <= visit.cancel_until
