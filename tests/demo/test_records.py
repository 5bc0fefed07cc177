"""Records of the demo's doctor: the same for the same seed, all of them to be read."""

import pytest

from records.models import (
    AccessLog,
    Amendment,
    Attachment,
    Consultation,
    DiagnosisCode,
    Line,
    Share,
)
from tests.demo.test_seed_demo import seed

pytestmark = pytest.mark.django_db


def test_the_demo_has_records_of_each_kind():
    seed()
    rows = Consultation.objects.order_by("pk")
    assert [row for row in rows if not row.said.may_be_signed] == []
    assert rows.count() > 5
    assert rows.filter(signed_at=None).count() == 1
    assert {row.visit.status for row in rows} == {"attended"}
    assert {row.author.email for row in rows} == {"medica@demo.test"}
    assert "paciente@demo.test" in {row.visit.patient.account.email for row in rows.signed()}
    assert Amendment.objects.get().said.instructions.startswith("Sus exámenes")
    assert AccessLog.objects.filter(act="signed").count() == rows.signed().count()
    assert [line.said.sort for line in Line.objects.order_by("pk")] == [
        "allergy", "condition", "medication",
    ]  # fmt: skip
    file = Attachment.objects.get()
    assert (file.said.name, len(file.file.content)) == ("Electrocardiograma.png", file.said.size)
    assert Share.objects.get().patient.account.email == "paciente@demo.test"
    assert DiagnosisCode.objects.count() == 366
