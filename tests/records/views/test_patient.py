"""The patient's pages: what the doctor released, their history, and who has looked at it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from records.models import AccessLog, Consultation
from tests.factories import AttendedFactory, ConsultationFactory, PatientFactory
from tests.records.world import CLINICAL, MARKED, amend

pytestmark = pytest.mark.django_db
HISTORY, READERS = "/historia/", "/historia/lecturas/"


def page(visit):
    return reverse("records:consultation", args=[visit.public_id])


@pytest.fixture
def her(frozen, as_, alice):
    return as_(alice)


def marks(html):
    """What of the record stands on a page."""
    names = ("reason", "history", "assessment", "plan", "instructions", "private_note",
             "diagnosis", "text")  # fmt: skip
    return [name for name in names if f"{CLINICAL} {name}" in html]


def test_instructions_are_released_by_the_signature(her, signed, attended, alice):
    html = her.get(page(attended)).content.decode()
    assert marks(html) == ["instructions"]
    row = AccessLog.objects.latest("pk")
    assert (row.act, row.role, row.reader, row.consultation) == (
        "released", "patient", alice, signed,
    )  # fmt: skip
    visit = her.get(reverse("appointments:appointment", args=[attended.public_id]))
    assert page(attended) in visit.content.decode()


def test_diagnoses_only_where_the_doctor_shows_them(her, attended):
    ConsultationFactory(visit=attended, said=MARKED, shows_diagnoses=True)
    assert marks(her.get(page(attended)).content.decode()) == ["instructions", "diagnosis"]


def test_an_addendum_may_show_them(her, signed, attended):
    amend(signed, shows_diagnoses=True)
    html = her.get(page(attended)).content.decode()
    assert marks(html) == ["instructions", "diagnosis"]
    assert "última versión" in html


def test_a_draft_is_nobodys_but_the_doctors(her, draft, attended):
    assert her.get(page(attended)).status_code == 404
    assert her.get(HISTORY).content.decode().count(page(attended)) == 0
    visit = her.get(reverse("appointments:appointment", args=[attended.public_id]))
    assert page(attended) not in visit.content.decode()
    assert [line.act for line in AccessLog.objects.all()] == ["written"]


def test_history_names_visits_and_no_word(her, signed, attended, clinic, alice, bob):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo")
    other = AttendedFactory(clinic=clinic, patient=child, starts_at=attended.starts_at
                            - timedelta(days=5))  # fmt: skip
    ConsultationFactory(visit=other, said=MARKED)
    theirs = AttendedFactory(clinic=clinic, patient=bob.patients.get(),
                             starts_at=attended.starts_at - timedelta(days=6))  # fmt: skip
    ConsultationFactory(visit=theirs)
    html = her.get(HISTORY).content.decode()
    assert html.index(page(attended)) < html.index(page(other))
    assert page(theirs) not in html and CLINICAL not in html and "Mateo" in html


def test_readers_are_named(her, signed, attended, as_, dr_chen, alice, clinic):
    as_(dr_chen.user).get(reverse("portal:consultation", args=[attended.public_id]))
    as_(dr_chen.user).get(reverse("portal:history", args=[attended.patient.public_id]))
    her.get(page(attended))
    html = her.get(READERS).content.decode()
    said = ("Usted", "Leyó lo que el médico le entregó", "Ana Molina Paz", "Abrió la historia",
            "Abrió la consulta", "Firmó la consulta", "Lunes 23 de noviembre")  # fmt: skip
    assert [words for words in said if words not in html] == []
    assert html.index("Abrió la historia") < html.index("Abrió la consulta")
    assert CLINICAL not in html


def test_readers_of_others_are_not_shown(as_, signed, attended, bob, dr_chen, frozen):
    as_(dr_chen.user).get(reverse("portal:consultation", args=[attended.public_id]))
    html = as_(bob).get(READERS).content.decode()
    assert "Nadie ha abierto su historia" in html
    html = as_(bob).get(HISTORY).content.decode()
    assert "Aún no hay nada escrito" in html


def test_many_lines_have_pages(her, signed, attended, dr_chen, now):
    for n in range(40):
        AccessLog.objects.create(
            patient=attended.patient, consultation=signed, reader=dr_chen.user, role="doctor",
            act="read", at=now - timedelta(minutes=n),
        )  # fmt: skip
    first, last, beyond = (
        her.get(READERS, {"pagina": n}).content.decode().count("<time ") for n in (1, 2, 9)
    )
    assert (first, last, beyond) == (30, 12, 12)


def test_others_find_nothing(signed, attended, as_, bob, dr_chen, dr_diaz, erin, root, carla):
    for user in (bob, dr_chen.user, dr_diaz.user, erin, root, carla):
        answer = as_(user).get(page(attended))
        assert (answer.status_code, CLINICAL in answer.content.decode()) == (404, False)
    assert AccessLog.objects.exclude(act__in=["written", "signed"]).count() == 0
    assert as_(bob).post(page(attended)).status_code == 405
    assert Consultation.objects.get().said == MARKED
