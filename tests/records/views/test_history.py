"""/agenda/pacientes/<paciente>/historia/: the doctor's own records of a patient."""

from datetime import timedelta

import pytest
from django.urls import reverse

from records.documents import Content, Diagnosis
from records.models import AccessLog
from tests.factories import AttendedFactory, ClinicFactory, ConsultationFactory
from tests.records.world import amend

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(frozen, alice):
    return alice.patients.get()


@pytest.fixture
def path(patient):
    return reverse("portal:history", args=[patient.public_id])


@pytest.fixture
def records(clinic, patient, now, dr_diaz):
    """Two of Ana's, the older one signed with an addendum, and one of José's."""
    old = AttendedFactory(clinic=clinic, patient=patient, starts_at=now - timedelta(days=90))
    new = AttendedFactory(clinic=clinic, patient=patient, starts_at=now - timedelta(days=2))
    theirs = AttendedFactory(clinic=ClinicFactory(doctor=dr_diaz), patient=patient)
    said = Content(reason="VIEJA", diagnoses=(Diagnosis("Hipertensión", "I10"),))
    amend(ConsultationFactory(visit=old, said=said))
    ConsultationFactory(visit=new, said=Content(reason="NUEVA", plan="Dieta"), signed_at=None)
    ConsultationFactory(visit=theirs, said=Content(reason="AJENA"))
    return old, new, theirs


def test_own_records_the_latest_first(as_, dr_chen, path, records):
    html = as_(dr_chen.user).get(path).content.decode()
    assert html.index("NUEVA") < html.index("VIEJA")
    assert "AJENA" not in html and "Borrador" in html and "1 adenda" in html
    row = AccessLog.objects.get()
    assert (row.act, row.reader, row.patient, row.consultation) == (
        "history", dr_chen.user, records[0].patient, None,
    )  # fmt: skip


@pytest.mark.parametrize(("words", "found"), [
    ("nueva", 1), ("HIPERTENSION", 1), ("i10", 1), ("clinico7q text", 1), ("dieta nueva", 1),
    ("dieta vieja", 0), ("ajena", 0), ("vieja", 1),
])  # fmt: skip
def test_words_are_found_without_accents_and_case(as_, dr_chen, path, records, words, found):
    html = as_(dr_chen.user).post(path, {"words": words}).content.decode()
    wanted = "NUEVA" in html or "VIEJA" in html or found == 0
    assert f"{found} consulta" in html and wanted


def test_words_that_are_none(as_, dr_chen, path, records):
    answer = as_(dr_chen.user).post(path, {"words": "x" * 101})
    assert answer.status_code == 422 and "100 caracteres o menos" in answer.content.decode()


def test_others_find_nobody(as_, path, records, alice, bob, erin, root, carla, client):
    for user in (alice, bob, erin, root, carla):
        assert as_(user).get(path).status_code == 404
        assert as_(user).post(path, {"words": "vieja"}).status_code == 404
    assert client.get(path).url.startswith("/cuenta/login/")
    assert not AccessLog.objects.exists()


def test_another_doctor_sees_their_own_only(as_, dr_diaz, path, records):
    html = as_(dr_diaz.user).get(path).content.decode()
    assert "AJENA" in html and "NUEVA" not in html and "VIEJA" not in html


def test_a_doctor_without_a_visit_of_the_patient(as_, path, patient, clinic, dr_diaz):
    AttendedFactory(clinic=clinic, patient=patient)
    assert as_(dr_diaz.user).get(path).status_code == 404
