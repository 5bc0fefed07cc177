"""Every named constraint of prescriptions, and what the database's triggers refuse."""

from datetime import timedelta

import pytest
from django.db import transaction

from core.crypto import Unreadable
from core.resealing import reseal, sealed_columns
from prescriptions.models import Prescription, PrescriptionTemplate, Revocation
from tests.breaches import Breach, check, refused_by
from tests.conftest import NOW
from tests.factories import AppointmentFactory, AttendedFactory
from tests.prescriptions.world import MARK, MARKED, REASON, TODAY, prescribe, revoke, template_of
from tests.records.test_models import sql
from tests.records.test_rotation import NEW, OLD

pytestmark = pytest.mark.django_db
ROW = {
    "content": "x", "content_digest": b"x" * 32, "visit": lambda w: w.visit,
    "author": lambda w: w.visit.doctor.user, "code_digest": b"y" * 32, "licence": "1",
    "issued_at": NOW, "issued_on": TODAY, "valid_until": TODAY,
}  # fmt: skip
BREACHES = {
    "prescription_once_per_form": Breach(Prescription, {**ROW, "key": lambda w: w.valid.key}),
    "prescription_code_once": Breach(
        Prescription, {**ROW, "code_digest": lambda w: w.valid.code_digest}
    ),
    "prescription_valid_for_a_year": Breach(
        Prescription, {**ROW, "valid_until": TODAY + timedelta(days=367)}
    ),
    "prescription_repeats_12": Breach(Prescription, {**ROW, "repeats": 13}),
    "prescription_names_its_licence": Breach(Prescription, {**ROW, "licence": ""}),
}


class World:
    """A valid prescription, a revoked one and a template."""

    def __init__(self, visit):
        self.visit = visit
        self.valid, self.revoked = prescribe(visit), prescribe(visit)
        self.revocation = revoke(self.revoked)
        self.template = template_of(visit.doctor)


@pytest.fixture
def world(attended):
    return World(attended)


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(world, name):
    check(name, BREACHES[name], world)


def test_it_is_valid_from_its_first_day(world):
    before = Breach(Prescription, {**ROW, "valid_until": TODAY - timedelta(days=1)})
    assert refused_by(before.instance(world)) == "prescription_valid_for_a_year"


@pytest.mark.parametrize("change", [
    "content_sealed = 'x'", "content_sealed = ''", "content_digest = 'x'", "code_digest = 'x'",
    "licence = '2'", "valid_until = valid_until + 1", "issued_on = issued_on - 1", "repeats = 5",
    "visit_id = visit_id", "author_id = author_id + 1", "public_id = gen_random_uuid()",
    "issued_at = now()", "key = gen_random_uuid()",
])  # fmt: skip
def test_an_issued_one_cannot_be_changed_in_sql(world, change):
    assert sql(f"UPDATE prescriptions_prescription SET {change}") == "prescription_stays"
    assert Prescription.objects.get(pk=world.valid.pk).said.content == MARKED


def test_nothing_is_deleted_in_sql(world):
    assert sql("DELETE FROM prescriptions_prescription") == "prescription_stays"
    assert sql("DELETE FROM prescriptions_revocation") == "revocation_stays"
    assert sql("UPDATE prescriptions_revocation SET at = now()") == "revocation_stays"
    assert sql("UPDATE prescriptions_revocation SET content_sealed = 'x'") == "revocation_stays"
    assert (Prescription.objects.count(), Revocation.objects.get().reason) == (2, REASON)


def test_only_its_doctor_prescribes_and_revokes(world, dr_diaz, clinic):
    foreign = {**ROW, "author": dr_diaz.user}
    assert refused_by(Breach(Prescription, foreign).instance(world)) == "prescription_by_its_doctor"
    for status, at in (("no_show", 2), ("requested", 26)):
        factory = AttendedFactory if at == 2 else AppointmentFactory
        visit = factory(clinic=clinic, status=status, starts_at=NOW.replace(day=at))
        other = Breach(Prescription, {**ROW, "visit": visit}).instance(world)
        assert refused_by(other) == "prescription_by_its_doctor"
    by_another = Revocation(prescription=world.valid, author=dr_diaz.user, at=NOW)
    by_another.write({"reason": "x"})
    assert refused_by(by_another) == "revocation_by_its_author"


def test_it_is_revoked_once(world):
    again = Revocation(prescription=world.revoked, author=world.revoked.author, at=NOW)
    again.write({"reason": "x"})
    assert refused_by(again).startswith("prescriptions_revocation_prescription_id")


def test_a_new_key_seals_what_was_issued_again(settings, attended):
    settings.CLINICAL_KEYS = [OLD]
    world = World(attended)
    settings.CLINICAL_KEYS = [NEW, OLD]
    done = {str(c): reseal(c).done for c in sealed_columns() if c.model.__module__ ==
            "prescriptions.models"}  # fmt: skip
    assert done == {"prescriptions.Prescription.content": 2, "prescriptions.Revocation.content": 1,
                    "prescriptions.PrescriptionTemplate.content": 1}  # fmt: skip
    settings.CLINICAL_KEYS = [NEW]
    assert Prescription.objects.get(pk=world.valid.pk).said.content == MARKED
    assert Revocation.objects.get().reason == REASON
    assert PrescriptionTemplate.objects.get().said.name == f"{MARK} template"


def test_a_text_opens_in_its_row_only(world):
    row, other = Prescription.objects.order_by("pk")
    row.content_sealed, row.content_digest = other.content_sealed, other.content_digest
    with pytest.raises(Unreadable), transaction.atomic():
        row.read()
