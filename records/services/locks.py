"""Rows are waited for in one order: visit, record."""

from appointments.models import Appointment
from records.models import Consultation


def lock_consultation(visit: Appointment) -> Consultation | None:
    """The visit's record as it is now, until the transaction ends."""
    rows = Consultation.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(visit=visit).first()
