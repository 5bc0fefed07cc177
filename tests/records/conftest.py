import pytest

from records.enums import Role
from records.services.accesses import Look
from records.services.catalogue import load_diagnoses
from records.services.writing import save_draft, sign_consultation
from tests.factories import AttendedFactory
from tests.records.world import MARKED


@pytest.fixture
def attended(clinic, alice):
    """Alicia's visit of last Wednesday, attended."""
    return AttendedFactory(clinic=clinic, patient=alice.patients.get())


@pytest.fixture
def look(dr_chen, now):
    """Ana's, now."""
    return Look(dr_chen.user, Role.DOCTOR, now, "203.0.113.9")


@pytest.fixture
def draft(attended, look):
    return save_draft(visit=attended, said=MARKED, shows_diagnoses=False, version=0, look=look)


@pytest.fixture
def signed(draft, attended, look):
    return sign_consultation(visit=attended, version=1, look=look)


@pytest.fixture
def codes(db):
    """The shipped codes of ICD-10."""
    return load_diagnoses()
