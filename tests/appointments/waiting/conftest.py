from datetime import UTC, date, datetime, timedelta

import pytest

from appointments.enums import Status
from appointments.models import FreedTime, WaitingEntry, WaitingOffer
from appointments.services.cancelling import cancel_appointment
from appointments.services.holds import hold_slot
from appointments.services.waiting_entries import Hours, Joining, join_waiting
from appointments.services.waiting_offers import offer_due
from core.models import Event
from tests.factories import AppointmentFactory, PatientFactory

# Wednesday 25 November 2026, 9:00 in Quito: two days ahead, so that an offer lasts four hours.
WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def wait(clinic, now):
    """`wait(alice)`: she waits for the usual doctor; anything else by name."""

    def make(account, *, now=now, patient=None, visit=None, **changes):
        place = {name: changes.pop(name) for name in ("doctor", "specialty", "city")
                 if name in changes}  # fmt: skip
        hours = Hours(**({"until_date": date(2026, 12, 31)} | changes))
        joining = Joining(
            account=account,
            patient=patient or account.patients.get(relationship="self"),
            hours=hours,
            visit=visit,
            **(place or {"doctor": clinic.doctor}),
        )
        return join_waiting(joining=joining, now=now)

    return make


@pytest.fixture
def people(db):
    """`people(3)`: accounts with a patient each."""
    return lambda count: [PatientFactory().account for _ in range(count)]


@pytest.fixture
def free(clinic, now):
    """`free()`: a visit of somebody else's is cancelled, and its time is free."""

    def make(starts_at=WEDNESDAY, *, now=now, clinic=clinic, **fields):
        visit = AppointmentFactory(clinic=clinic, starts_at=starts_at, **fields)
        cancel_appointment(
            appointment=visit, actor=None, status=Status.CANCELLED_BY_PATIENT, now=now
        )
        return FreedTime.objects.get(visit=visit)

    return make


@pytest.fixture
def offered(free, now):
    """`offered()`: what is offered once a time is free, or None."""

    def make(starts_at=WEDNESDAY, **fields):
        freed = free(starts_at, **fields)
        offer_due(now=now)
        return WaitingOffer.objects.filter(freed=freed, state="offered").first()

    return make


@pytest.fixture
def browse(clinic, now):
    """`browse(at)`: a browser keeps that time for its person."""
    return lambda at: hold_slot(
        clinic=clinic, starts_at=at, holder_key="hers", address_digest="address", now=now
    )


@pytest.fixture
def told(db):
    """`told(entry)`: the names of its events, in order."""

    def names(thing):
        events = Event.objects.filter(subject_id=thing.public_id).order_by("pk")
        return [event.name for event in events]

    return names


@pytest.fixture
def anew():
    """A row as it is now."""

    def read(row):
        return type(row).objects.get(pk=row.pk)

    return read


def open_entries():
    return list(WaitingEntry.objects.open().order_by("pk"))
