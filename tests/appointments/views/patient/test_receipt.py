"""Receipts of one's payments: to read, to print, as PDF."""

import json
import uuid
from decimal import Decimal

import pytest
import typst
from django.urls import reverse

from appointments import paper
from appointments.receipts import receipt_of
from appointments.services.payments import void_line
from tests.factories import PaymentLineFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(visit):
    return PaymentLineFactory(appointment=visit, amount=Decimal("20.50"), receipt_number=12)


def address(line, page="receipt"):
    return reverse(f"appointments:{page}", args=[line.appointment.public_id, line.public_id])


def test_receipt_says_who_for_what_and_how_much(frozen, as_, alice, visit, line):
    visit.reason = "dolor de pecho"
    visit.save()
    html = as_(alice).get(address(line)).content.decode()
    for said in ("Recibo de pago", "000012", "USD\xa020,50", "Dra. Ana Molina Paz",
                 "Registro 1234-5678", "La Carolina, Av. República 123, Quito", "Alicia Vera",
                 "Consulta médica", visit.code, "efectivo",
                 "lunes 23 de noviembre, 8:00 (GMT-5)"):  # fmt: skip
        assert said in html
    assert "dolor de pecho" not in html


def test_receipt_is_as_the_account_was_then(frozen, alice, visit, line, dr_chen, now):
    PaymentLineFactory(appointment=visit, amount=Decimal("24.50"), receipt_number=13)
    first = receipt_of(line, list(visit.payment_lines.order_by("pk")))
    assert (first.total, len(first.lines)) == ("USD\xa020,50", 1)
    assert first.voided == ""
    void_line(line=line, actor=dr_chen.user, key=uuid.uuid4(), now=now)
    again = receipt_of(line, list(visit.payment_lines.order_by("pk")))
    assert again.voided == "Anulado el lunes 23 de noviembre, 9:00 (GMT-5)"
    assert (again.total, again.lines) == (first.total, first.lines)


def test_receipt_as_pdf(frozen, as_, alice, line):
    answer = as_(alice).get(address(line, "receipt_pdf"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="recibo-000012.pdf"'
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize("name", ['#panic("x")', "$x$ *b* \\", '"}', "<script>", "Ñandú 👩‍⚕️ 张伟"])
def test_names_are_data_and_no_source(frozen, visit, line, name):
    visit.patient.last_names = name
    line.appointment = visit
    receipt = receipt_of(line, [line])
    assert dict(receipt.facts)["Paciente"].endswith(name)
    assert paper.receipt_pdf(receipt).startswith(b"%PDF-")


def test_paper_reads_nothing_but_its_folder(tmp_path):
    (tmp_path / "x.typ").write_text('#read("/../../../../etc/hostname")')
    with pytest.raises(typst.TypstError):
        typst.compile(str(tmp_path / "x.typ"), root=str(tmp_path))
    assert json.dumps("#x") == '"#x"'


def test_visit_page_shows_what_is_paid(frozen, as_, alice, visit, line):
    page = reverse("appointments:appointment", args=[visit.public_id])
    html = as_(alice).get(page).content.decode()
    assert "Por pagar: USD\xa024,50" in html
    assert address(line) in html
    PaymentLineFactory(appointment=visit, kind="waiver", amount=Decimal("24.50"),
                       note="secreto del consultorio")  # fmt: skip
    html = as_(alice).get(page).content.decode()
    assert "No se le cobra" in html
    assert "secreto del consultorio" not in html


def test_receipts_of_others_are_absent(frozen, as_, client, alice, bob, erin, dr_diaz, line):
    for page in ("receipt", "receipt_pdf"):
        for user in (bob, erin, dr_diaz.user):
            assert as_(user).get(address(line, page)).status_code == 404
        assert client.get(address(line, page)).url.startswith("/cuenta/login/?next=")
        assert as_(alice).post(address(line, page)).status_code == 405


def test_only_money_has_a_receipt(frozen, as_, alice, visit):
    waiver = PaymentLineFactory(appointment=visit, kind="waiver", note="x")
    assert as_(alice).get(address(waiver)).status_code == 404
