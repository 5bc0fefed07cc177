import pytest

from tests.appointments.walking import Walk
from tests.factories import AppointmentFactory


@pytest.fixture
def walk(frozen, clinic, slot):
    """A browser that looks at the usual free time, at the usual hour."""
    return Walk(clinic, slot)


@pytest.fixture
def visit(clinic, alice):
    """Alicia's visit with Ana, Wednesday 25 November 2026, 9:00 in Quito."""
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get())
