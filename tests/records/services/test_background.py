"""What is known of a patient from visit to visit: noted, ended, never changed."""

from datetime import timedelta

import pytest

from records.documents import Fact
from records.models import AccessLog, Line
from records.refusals import AlreadyEnded, HasAllergies, NotForBackground
from records.services.background import end_fact, note_fact, open_background, open_whole_background
from tests.factories import AppointmentFactory, AttendedFactory

pytestmark = pytest.mark.django_db
ALLERGY, NONE = Fact("allergy", "Penicilina"), Fact("none")


@pytest.fixture
def said(attended, look):
    def say(*facts):
        return [note_fact(visit=attended, fact=fact, look=look) for fact in facts]

    return say


def current(visit, look):
    known = open_background(doctor=visit.doctor, patient=visit.patient, look=look)
    return [each.fact for each in known]


def acts():
    return list(AccessLog.objects.order_by("pk").values_list("act", flat=True))


def test_carried_over_allergies_first(said, attended, look, clinic, now):
    drug = Fact("medication", "Losartán 50 mg")
    said(drug, ALLERGY)
    later = AttendedFactory(
        clinic=clinic, patient=attended.patient, starts_at=now - timedelta(days=1)
    )
    assert current(later, look) == [ALLERGY, drug]
    assert acts() == ["noted", "noted", "known"]


def test_the_same_again_is_one_line(said):
    assert len({line.pk for line in said(ALLERGY, ALLERGY)}) == 1
    assert (Line.objects.count(), acts()) == (1, ["noted"])


def test_a_line_ends_once_and_stays(said, attended, look):
    (line,) = said(ALLERGY)
    end = end_fact(visit=attended, line=line, reason="Prueba negativa", look=look)
    assert (current(attended, look), end.ends) == ([], line)
    with pytest.raises(AlreadyEnded):
        end_fact(visit=attended, line=line, reason="Otra vez", look=look)
    whole = open_whole_background(doctor=attended.doctor, patient=attended.patient, look=look)
    assert [(each.fact, each.why) for each in whole] == [(ALLERGY, "Prueba negativa")]
    assert acts() == ["noted", "ended", "known"]


def test_no_known_allergies_is_said_and_an_allergy_ends_it(said, attended, look):
    said(NONE)
    assert current(attended, look) == [NONE]
    said(ALLERGY)
    assert current(attended, look) == [ALLERGY]
    with pytest.raises(HasAllergies):
        said(NONE)


def test_not_before_the_day(clinic, alice, look):
    coming = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    with pytest.raises(NotForBackground):
        note_fact(visit=coming, fact=ALLERGY, look=look)
    assert not Line.objects.exists()


def test_another_doctor_knows_nothing(said, dr_diaz, attended, look):
    said(ALLERGY)
    assert open_background(doctor=dr_diaz, patient=attended.patient, look=look) == []
