import pytest

from tests.factories import AppointmentFactory


@pytest.fixture
def visit(clinic, alice):
    """Alicia's visit with Ana, Wednesday 25 November 2026, 9:00 in Quito."""
    return AppointmentFactory(clinic=clinic, patient=alice.patients.get())
