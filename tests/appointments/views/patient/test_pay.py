"""A patient pays online: to the demo's page, and back to a receipt."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import OnlinePayment
from appointments.online import Notice, signature
from tests.conftest import NOW
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
CALLBACK = reverse("appointments:payment_callback")


@pytest.fixture
def online(frozen, clinic, alice):
    patient = alice.patients.get()
    return AppointmentFactory(clinic=clinic, patient=patient, payment_methods="online,cash")


def address(visit, page="appointment"):
    return reverse(f"appointments:{page}", args=[visit.public_id])


def text_of(answer):
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def called(body, signed):
    client = Client(enforce_csrf_checks=True)
    return client.post(
        CALLBACK, body, content_type="application/json", headers={"Payment-Signature": signed}
    )


def notice_of(begun, **changes):
    usual = {"payment": begun.public_id, "reference": "bank-1", "result": "paid",
             "amount": begun.amount, "currency": begun.currency}  # fmt: skip
    return Notice(**(usual | changes)).body()


def test_patient_pays_and_has_a_receipt(as_, alice, online):
    client = as_(alice)
    assert "Pagar USD\xa045 en línea" in text_of(client.get(address(online)))
    checkout = client.post(address(online, "pay")).url
    assert client.post(address(online, "pay")).url == checkout
    page = text_of(client.get(checkout))
    assert "Esta página imita la de un banco" in page
    assert "Pagar USD\xa045 (de prueba)" in page
    for _twice in range(2):
        back = client.post(checkout, {"act": "pay"}).url
    payment = OnlinePayment.objects.get()
    assert back == f"{address(online)}?pago={payment.public_id}#pago"
    html = text_of(client.get(back))
    assert "Recibimos su pago. Abajo está su recibo." in html
    assert "Pagado" in html
    assert "Recibo 1" in html
    assert "en línea</button>" not in html
    assert online.payment_lines.get() == payment.line


def test_bank_refuses_and_one_tries_again(as_, alice, online):
    client = as_(alice)
    checkout = client.post(address(online, "pay")).url
    html = text_of(client.get(client.post(checkout, {"act": "fail"}).url))
    assert "El pago no se completó y no se cobró nada." in html
    assert not online.payment_lines.exists()
    again = client.post(address(online, "pay")).url
    client.post(again, {"act": "pay"})
    assert online.payment_lines.get().amount == 45


def test_answer_that_is_still_to_come(as_, alice, online):
    client = as_(alice)
    client.post(address(online, "pay"))
    waiting = f"{address(online)}?pago={OnlinePayment.objects.get().public_id}"
    assert "Esperamos la respuesta del banco." in text_of(client.get(waiting))
    for odd in ("x", "00000000-0000-4000-8000-000000000000", "é" * 900):
        assert client.get(address(online), {"pago": odd}).status_code == 200


@pytest.mark.parametrize("why", ["provider", "agreed"])
def test_nothing_is_offered_where_nobody_takes_it(as_, alice, online, settings, why):
    client = as_(alice)
    checkout = client.post(address(online, "pay")).url
    if why == "provider":
        settings.ONLINE_PAYMENTS = ""
        assert client.get(checkout).status_code == 404
    else:
        tomorrow = online.starts_at + timedelta(days=1)
        online = AppointmentFactory(
            clinic=online.clinic, patient=online.patient, starts_at=tomorrow, payment_methods="cash"
        )
    assert "en línea</button>" not in text_of(client.get(address(online)))
    answer = client.post(address(online, "pay"), follow=True)
    assert "Esta cita no se puede pagar en línea" in text_of(answer)


def test_nobody_pays_for_others(as_, bob, online, dr_chen):
    for who in (bob, dr_chen.user):
        assert as_(who).post(address(online, "pay")).status_code == 404
    assert not OnlinePayment.objects.exists()


def test_address_of_the_demo_is_signed_and_says_nothing_of_the_visit(as_, alice, online):
    client = as_(alice)
    checkout = client.post(address(online, "pay")).url
    for wrong in (checkout[:-2] + "/", checkout.replace("demostracion/", "demostracion/x")):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, {"act": "pay"}).status_code == 404
    page = text_of(Client().get(checkout))
    assert online.code not in page
    assert "Ana Molina" not in page


# The provider's notice -----------------------------------------------------------


@pytest.fixture
def begun(as_, alice, online):
    as_(alice).post(address(online, "pay"))
    return OnlinePayment.objects.get()


def test_notice_needs_no_form_of_ours(begun, online):
    body = notice_of(begun)
    for _twice in range(2):
        answer = called(body, signature(body, NOW))
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert online.payment_lines.count() == 1


def test_notice_that_is_forged(begun, online):
    body = notice_of(begun)
    for signed in ("", f"t={int(NOW.timestamp())},v1={'0' * 64}"):
        assert called(body, signed).status_code == 400
    assert called(body + b" ", signature(body, NOW)).status_code == 400
    assert not online.payment_lines.exists()


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"amount": Decimal("1.00")}, 409, "OtherAmount"),
        ({"currency": "EUR"}, 409, "OtherAmount"),
        ({"payment": "00000000-0000-4000-8000-000000000000"}, 404, "UnknownPayment"),
    ],
)
def test_notice_that_does_not_fit(begun, online, changes, status, error):
    body = notice_of(begun, **changes)
    answer = called(body, signature(body, NOW))
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert not online.payment_lines.exists()
