"""Time that the doctor opens besides the usual hours is offered to those who wait, too."""

from datetime import datetime

from django.db import transaction

from appointments.models import FreedTime
from appointments.queries import free_times
from appointments.services.offers import current_clinic, end_of
from appointments.waiting_enums import Cause
from clinics.models import Clinic

# A day of short visits; of a longer stretch the rest is found by whoever looks.
MOST = 60


@transaction.atomic
def offer_opening(*, clinic: Clinic, since: datetime, until: datetime, now: datetime) -> int:
    """A freed time for each visit that fits one after the other. Returns how many."""
    clinic = current_clinic(clinic)
    starts: list[datetime] = []
    for start in free_times([clinic], now=now, since=since, until=until)[clinic.pk]:
        if not starts or start >= end_of(clinic, starts[-1]):
            starts.append(start)
    rows = [
        FreedTime(
            doctor_id=clinic.doctor_id,
            clinic=clinic,
            starts_at=start,
            ends_at=end_of(clinic, start),
            cause=Cause.OPENING,
            freed_at=now,
            look_at=now,
        )
        for start in starts[:MOST]
    ]
    return len(FreedTime.objects.bulk_create(rows))
