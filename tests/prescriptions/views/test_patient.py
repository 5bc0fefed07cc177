"""The patient's pages, and the one where anybody checks a code."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from prescriptions.models import Prescription
from records.models import AccessLog
from tests.factories import AttendedFactory, PatientFactory
from tests.prescriptions.world import MARK, TODAY, prescribe, revoke

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
MINE, VERIFY = "/historia/recetas/", "/recetas/verificar/"


def page(row, name="prescription"):
    return reverse(f"prescriptions:{name}", args=[row.visit.public_id, row.public_id])


@pytest.fixture
def issued(attended):
    return prescribe(attended)


@pytest.fixture
def her(frozen, as_, alice):
    return as_(alice)


def test_read_and_downloaded(her, issued, alice):
    visit = reverse("appointments:appointment", args=[issued.visit.public_id])
    assert page(issued) in her.get(visit).content.decode()
    html = her.get(page(issued)).content.decode()
    assert f"{MARK} name" in html and issued.said.code in html
    answer = her.get(page(issued, "prescription_pdf"))
    assert answer["Content-Disposition"] == 'attachment; filename="receta-2026-11-23.pdf"'
    assert answer.content[:5] == b"%PDF-"
    rows = AccessLog.objects.order_by("pk")
    assert [(r.act, r.role, r.reader, r.patient) for r in rows] == [
        ("rx_read", "patient", alice, issued.visit.patient),
        ("rx_printed", "patient", alice, issued.visit.patient),
    ]  # fmt: skip
    readers = her.get("/historia/lecturas/").content.decode()
    assert "Abrió una receta" in readers and "Descargó una receta" in readers


def test_mine_names_days_and_no_word(her, issued, clinic, alice, bob):
    child = PatientFactory(account=alice, relationship="child", first_names="Mateo")
    at = issued.issued_at
    other = revoke(prescribe(AttendedFactory(clinic=clinic, patient=child, starts_at=at.replace(
        day=3)))).prescription  # fmt: skip
    theirs = prescribe(AttendedFactory(clinic=clinic, patient=bob.patients.get(),
                                       starts_at=at.replace(day=4)))  # fmt: skip
    html = her.get(MINE).content.decode()
    assert page(issued) in html and page(other) in html and page(theirs) not in html
    assert "Mateo" in html and "Anulada" in html and MARK not in html
    assert not AccessLog.objects.exists()


def test_others_find_nothing(frozen, as_, bob, erin, root, issued):
    for person in (bob, erin, root):
        for name in ("prescription", "prescription_pdf"):
            assert as_(person).get(page(issued, name)).status_code == 404
        assert str(issued.public_id) not in as_(person).get(MINE).content.decode()
    assert not AccessLog.objects.exists()


def test_a_revoked_one_says_so(her, issued):
    revoke(issued)
    html = her.get(page(issued)).content.decode()
    assert "ANULADA" in html and f"{MARK} reason" not in html


def verify(code):
    return Client().get(VERIFY, {"codigo": code})


@pytest.mark.parametrize(("state", "words"), [
    ("valid", "La receta es válida"), ("revoked", "La receta está anulada"),
    ("expired", "La receta está vencida"),
])  # fmt: skip
def test_a_code_is_checked_by_anybody(frozen, attended, state, words):
    until = {"valid_until": TODAY.replace(day=22)} if state == "expired" else {}
    row = prescribe(attended, **{"issued_on": TODAY.replace(day=20), **until})
    if state == "revoked":
        revoke(row)
    answer = verify(row.said.code.lower().replace("-", " "))
    html = answer.content.decode()
    assert (words in html, "20 de noviembre de 2026" in html, "1234-5678" in html) == (True,) * 3
    for secret in (MARK, "Alicia", "Vera", "Molina", str(row.public_id), "Paracetamol"):
        assert secret not in html
    assert (answer["Referrer-Policy"], answer["Cache-Control"], answer["X-Robots-Tag"]) == (
        "no-referrer", "no-store, private", "noindex, nofollow",
    )  # fmt: skip
    assert not AccessLog.objects.exists()


def test_unknown_and_malformed_say_the_same(frozen, issued):
    def said(code):
        answer = verify(code)
        return answer.status_code, TOKEN.sub("", answer.content.decode().replace(code, ""))

    assert said("ZZZZ-EFGH-JKMN") == said("hola")
    assert "Ninguna receta tiene ese código" in said("hola")[1]
    assert Client().get(VERIFY).status_code == 200


def test_checks_are_limited_by_address(frozen, issued, settings):
    settings.CHECKS_PER_ADDRESS = 2
    answers = [verify(code).status_code for code in (issued.said.code, "x", issued.said.code)]
    assert answers == [200, 200, 429]
    assert "Espere un minuto" in verify("x").content.decode()
    assert Client().get(VERIFY).status_code == 200
    assert Prescription.objects.count() == 1
