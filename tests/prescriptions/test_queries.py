"""Pages of prescriptions ask a fixed number of questions, however many there are."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW
from tests.factories import AttendedFactory
from tests.prescriptions.world import prescribe, revoke, template_of
from tests.test_queries import queries_of

pytestmark = pytest.mark.django_db
LIMITS = {
    "portal:visit": 14,
    "portal:prescription_new": 10,
    "portal:prescription": 10,
    "portal:prescription_templates": 6,
    "prescriptions:mine": 8,
    "prescriptions:prescription": 10,
    "appointments:appointment": 16,
}


class World:
    """Alicia's prescriptions with Ana: more on demand."""

    def __init__(self, clinic, alice):
        self.clinic, self.patient, self.size = clinic, alice.patients.get(), 0
        self.visit = self.attended(0)
        self.row = prescribe(self.visit)

    def attended(self, days):
        starts_at = NOW - timedelta(days=3 + days)
        return AttendedFactory(clinic=self.clinic, patient=self.patient, starts_at=starts_at)

    def grow(self, size):
        for n in range(self.size, size):
            revoke(prescribe(self.attended(n + 1)))
            prescribe(self.visit)
            template_of(self.clinic.doctor, f"name {n}")
        self.size = size

    def path(self, name):
        about = {"mine": [], "prescription_templates": [],
                 "prescription": [self.visit.public_id, self.row.public_id]}  # fmt: skip
        return reverse(name, args=about.get(name.partition(":")[2], [self.visit.public_id]))


@pytest.mark.parametrize("name", LIMITS)
def test_pages_ask_no_more_with_many(frozen, clinic, alice, dr_chen, as_, name):
    world = World(clinic, alice)
    client = as_(dr_chen.user if name.startswith("portal:") else alice)
    counts = []
    for size in (1, 8):
        world.grow(size)
        asked = queries_of(client, world.path(name))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= LIMITS[name], (counts, asked)


def test_the_public_page_asks_the_same_of_any_code(frozen, clinic, alice, client):
    world = World(clinic, alice)
    path = reverse("prescriptions:verify")
    counts = {
        code: len(queries_of(client, f"{path}?codigo={code}"))
        for code in (world.row.said.code, "ZZZZ-ZZZZ-ZZZZ", "hola", "x" * 500)
    }
    assert len(set(counts.values())) == 1, counts
