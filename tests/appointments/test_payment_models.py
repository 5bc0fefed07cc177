"""Every named constraint of a visit's account, and what its triggers refuse."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from appointments.models import Appointment, PaymentLine
from appointments.models.payments import KEY_ONCE, RECEIPT_ONCE, VOIDED_ONCE
from tests.breaches import Breach, check, refused_by
from tests.conftest import NOW
from tests.factories import AppointmentFactory, ClinicFactory, PaymentLineFactory

pytestmark = pytest.mark.django_db
TEN = Decimal(10)
KEY = uuid.UUID(int=7)


def other_coin(line):
    return Appointment.objects.filter(currency="CLP").first() or AppointmentFactory(
        clinic=line.appointment.clinic, currency="CLP", starts_at=NOW + timedelta(days=9)
    )


PAYMENT = {
    "appointment": lambda line: line.appointment,
    "doctor": lambda line: line.doctor,
    "kind": "payment",
    "amount": TEN,
    "currency": "USD",
    "effect": -TEN,
    "method": "cash",
    "receipt_number": 77,
    "recorded_by": lambda line: line.recorded_by,
}
VOID = {**PAYMENT, "kind": "void", "receipt_number": None, "voids": lambda line: line,
        "amount": Decimal(45), "effect": Decimal(45)}  # fmt: skip
WAIVER = {**PAYMENT, "kind": "waiver", "method": "", "receipt_number": None, "note": "cortesía"}
CHARGE = {**WAIVER, "kind": "charge", "effect": TEN, "fee": "late", "note": ""}
BREACHES = {
    "paymentline_amount_positive": Breach(
        PaymentLine,
        {**PAYMENT, "amount": Decimal(0), "effect": Decimal(0)},
        "El valor debe ser mayor que cero.",
    ),
    "paymentline_amount_exact": Breach(
        PaymentLine,
        {**PAYMENT, "appointment": other_coin, "currency": "CLP", "amount": Decimal("10.50"),
         "effect": Decimal("-10.50")},
        "En esa moneda el valor va sin decimales.",
    ),
    # It also knows every kind.
    "paymentline_effect_agrees": Breach(PaymentLine, {**PAYMENT, "effect": TEN}),
    "paymentline_method_agrees": Breach(
        PaymentLine, {**PAYMENT, "method": ""}, "Elija la forma de pago."
    ),
    "paymentline_receipt_agrees": Breach(PaymentLine, {**PAYMENT, "receipt_number": None}),
    "paymentline_fee_agrees": Breach(PaymentLine, {**CHARGE, "fee": ""}),
    "paymentline_voids_agrees": Breach(PaymentLine, {**PAYMENT, "voids": lambda line: line,
                                                     "amount": 45, "effect": 45}),
    "paymentline_waiver_has_reason": Breach(
        PaymentLine, {**WAIVER, "note": ""}, "Escriba por qué no se cobra."
    ),
    RECEIPT_ONCE: Breach(PaymentLine, {**PAYMENT, "receipt_number": 1}),
    VOIDED_ONCE: Breach(PaymentLine, {**VOID, "voids": lambda line: line.appointment.payment_lines
                                      .get(receipt_number=2)}),
    KEY_ONCE: Breach(PaymentLine, {**PAYMENT, "key": KEY}),
}  # fmt: skip


@pytest.fixture
def line(visit):
    """A payment, one beside it that is voided, and a form that was used."""
    first = PaymentLineFactory(appointment=visit, receipt_number=1, key=KEY)
    second = PaymentLineFactory(appointment=visit, receipt_number=2)
    Breach(PaymentLine, {**VOID, "voids": second}).instance(first).save()
    return first


@pytest.mark.parametrize("name", [n for n in BREACHES if n != "paymentline_voids_agrees"])
def test_constraint_is_kept(line, name):
    check(name, BREACHES[name], line)


def test_only_a_void_names_another_line(line):
    """A payment that says it voids another one: the trigger sees it first where amounts differ."""
    wrong = {**BREACHES["paymentline_voids_agrees"].fields, "effect": Decimal(45)}
    with_effect = Breach(PaymentLine, {**wrong, "kind": "refund"})
    assert refused_by(with_effect.instance(line)) == "paymentline_voids_agrees"


@pytest.mark.parametrize("wrong", [
    {"currency": "EUR"},
    {"doctor": lambda line: ClinicFactory().doctor},
])  # fmt: skip
def test_line_is_of_its_visits_doctor_and_currency(line, wrong):
    assert refused_by(Breach(PaymentLine, PAYMENT | wrong).instance(line)) == "paymentline_fits"


@pytest.mark.parametrize("wrong", [
    {"amount": TEN, "effect": TEN},
    {"effect": Decimal(-45)},
    {"method": "card"},
    {"voids": lambda line: PaymentLine.objects.get(kind="void")},
    {"voids": lambda line: PaymentLineFactory(
        appointment=AppointmentFactory(clinic=line.appointment.clinic,
                                       starts_at=NOW + timedelta(days=9)))},
])  # fmt: skip
def test_void_is_the_reverse_of_a_line_of_its_visit(line, wrong):
    assert refused_by(Breach(PaymentLine, VOID | wrong).instance(line)) == "paymentline_fits"


@pytest.mark.parametrize("field", ["amount", "note", "at", "receipt_number"])
def test_line_is_never_changed(line, field):
    value = {"amount": 1, "note": "x", "at": NOW, "receipt_number": 9}[field]
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        PaymentLine.objects.filter(pk=line.pk).update(**{field: value})
    assert error.value.__cause__.diag.constraint_name == "paymentline_stays"


def test_kinds_are_known(line):
    broken = Breach(PaymentLine, {**WAIVER, "kind": "gift"}).instance(line)
    assert refused_by(broken) == "paymentline_effect_agrees"


def test_line_is_never_deleted(line):
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentLine.objects.filter(pk=line.pk).delete()
    assert PaymentLine.objects.filter(pk=line.pk).exists()
