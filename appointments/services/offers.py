"""The last look before a time is given away, under the doctor's lock."""

from datetime import datetime, timedelta

from appointments.availability import free_starts
from appointments.models import Appointment
from appointments.queries import is_bookable, is_offered, office_of
from appointments.refusals import BookingRefused, SlotInThePast, SlotNotOffered, SlotTaken
from clinics.models import Clinic


def current_clinic(clinic: Clinic) -> Clinic:
    """The clinic as it is now, with its hours: what the page showed may be minutes old."""
    return Clinic.objects.with_schedule().get(pk=clinic.pk)


def require_offered(
    clinic: Clinic, starts_at: datetime, *, now: datetime, ignoring: Appointment | None = None
) -> None:
    """Raise SlotInThePast, SlotTaken or SlotNotOffered unless the time is offered."""
    if starts_at < now:
        raise SlotInThePast
    if not is_offered(clinic, starts_at, now=now, ignoring=ignoring):
        raise _refusal(clinic, starts_at, now)


def _refusal(clinic: Clinic, starts_at: datetime, now: datetime) -> BookingRefused:
    """Taken, when it would be offered if nobody had come."""
    when_empty = free_starts(
        office_of(clinic),
        busy=[],
        now=now,
        since=starts_at,
        until=starts_at + timedelta(seconds=1),
    )
    return SlotTaken() if when_empty and is_bookable(clinic) else SlotNotOffered()


def end_of(clinic: Clinic, starts_at: datetime) -> datetime:
    return starts_at + timedelta(minutes=clinic.slot_minutes)
