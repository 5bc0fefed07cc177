import pytest

from appointments.services.booking import book_appointment
from appointments.services.holds import hold_slot
from core.models import Event
from tests.appointments.wishes import wish_of


@pytest.fixture
def wish(clinic, slot):
    """`wish(alice)`: she wants the usual time; anything else by name."""

    def make(account, **changes):
        return wish_of(
            account, changes.pop("clinic", clinic), changes.pop("starts_at", slot), **changes
        )

    return make


@pytest.fixture
def book(wish, now):
    """`book(alice)`: a booked visit."""

    def make(account, now=now, **changes):
        return book_appointment(request=wish(account, **changes), now=now)

    return make


@pytest.fixture
def hold(clinic, slot, now):
    """`hold("browser")`: the usual time is kept for that browser."""

    def make(holder_key, *, clinic=clinic, starts_at=slot, address="address", now=now):
        return hold_slot(
            clinic=clinic,
            starts_at=starts_at,
            holder_key=holder_key,
            address_digest=address,
            now=now,
        )

    return make


@pytest.fixture
def happened(db):
    """`happened(visit)`: the names of its events, in order."""

    def names(visit):
        events = Event.objects.filter(subject_id=visit.public_id).order_by("pk")
        return [event.name for event in events]

    return names
