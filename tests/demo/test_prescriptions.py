"""Prescriptions of the demo's doctor and her patient: one in each state, and two templates."""

from collections import Counter

import pytest

from core.clock import current_time
from prescriptions.models import Prescription, PrescriptionTemplate
from tests.demo.test_seed_demo import seed

pytestmark = pytest.mark.django_db


def test_the_demo_has_prescriptions_in_each_state():
    seed()
    rows = Prescription.objects.with_visits()
    states = Counter(row.state_at(current_time()).value for row in rows)
    assert states == {"valid": 2, "revoked": 1, "expired": 1}
    assert {row.author.email for row in rows} == {"medica@demo.test"}
    assert {row.visit.patient.account.email for row in rows} == {"paciente@demo.test"}
    assert all(row.said.content.medicines for row in rows)
    names = sorted(row.said.name for row in PrescriptionTemplate.objects.all())
    assert names == ["Colesterol alto", "Hipertensión inicial"]
