"""Pages of records ask a fixed number of questions, however many records and lines there are."""

from datetime import timedelta

import pytest
from django.urls import reverse

from records.models import AccessLog, Share
from tests.conftest import NOW
from tests.factories import AttendedFactory, ConsultationFactory
from tests.records.world import MARKED, PDF, amend, attach, note
from tests.test_queries import queries_of

pytestmark = pytest.mark.django_db
LIMITS = {
    "portal:consultation": 14,
    "portal:consultation_sign": 11,
    "portal:consultation_amend": 11,
    "portal:history": 12,
    "portal:background": 10,
    "records:shares": 10,
    "portal:visit": 14,
    "records:consultation": 10,
    "records:history": 8,
    "records:readers": 8,
}
BARE = ("records:history", "records:readers", "records:shares")


class World:
    """Alicia's records with Ana: more on demand."""

    def __init__(self, clinic, alice):
        self.clinic, self.patient, self.size = clinic, alice.patients.get(), 0
        self.draft = ConsultationFactory(visit=self.visit(0), said=MARKED, signed_at=None)
        self.signed = ConsultationFactory(visit=self.visit(1), said=MARKED)

    def visit(self, days):
        starts_at = NOW - timedelta(days=3 + days)
        return AttendedFactory(clinic=self.clinic, patient=self.patient, starts_at=starts_at)

    def grow(self, size):
        for n in range(self.size, size):
            record = ConsultationFactory(visit=self.visit(n + 2), said=MARKED)
            amend(record)
            amend(self.signed, number=n + 1)
            note(self.draft.visit, text=f"Alergia {n}")
            attach(record, is_for_patient=True)
            attach(self.signed, content=PDF + b" " * n, is_for_patient=True)
            attach(self.draft, content=PDF + b" " * n)
            Share.objects.create(patient=self.patient, doctor=self.clinic.doctor, created_at=NOW,
                                 by=self.patient.account, expires_at=NOW + timedelta(days=n + 1),
                                 revoked_at=NOW)  # fmt: skip
            AccessLog.objects.create(patient=self.patient, consultation=record, act="read",
                                     reader=record.author, role="doctor", at=NOW)  # fmt: skip
        self.size = size

    def path(self, name):
        record = (
            self.draft if name.endswith(("consultation", "sign", "background")) else self.signed
        )
        record = self.signed if name.startswith("records:") else record
        about = [] if name in BARE else [record.visit.public_id]
        return reverse(name, args=[self.patient.public_id] if name == "portal:history" else about)


@pytest.mark.parametrize("name", LIMITS)
def test_pages_ask_no_more_with_many_records(frozen, clinic, alice, dr_chen, as_, name):
    world = World(clinic, alice)
    client = as_(alice if name.startswith("records:") else dr_chen.user)
    counts = []
    for size in (1, 12):
        world.grow(size)
        asked = queries_of(client, world.path(name))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= LIMITS[name], "\n".join(asked)


def test_a_draft_that_is_saved_asks_little(frozen, clinic, alice, dr_chen, as_):
    world = World(clinic, alice)
    client, path = as_(dr_chen.user), world.path("portal:consultation")
    asked = queries_of(client, f"{path}borrador/", "post", {"plan": "x", "version": "1"})
    assert len(asked) <= 8, "\n".join(asked)
