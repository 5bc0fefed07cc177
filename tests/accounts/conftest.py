import pytest

from tests.appointments.walking import Walk


@pytest.fixture
def walk(frozen, clinic, slot):
    """A browser that looks at a free time: accounts are made on the way to a visit."""
    return Walk(clinic, slot)
