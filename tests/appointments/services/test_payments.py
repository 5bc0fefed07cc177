"""The visit's account: what may be written into it, and what it comes to."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from appointments import refusals
from appointments.balance import balance_of
from appointments.enums import Status
from appointments.models import PaymentLine
from appointments.services.payments import (
    Entry,
    charge_visit,
    record_payment,
    record_refund,
    void_line,
    waive,
)
from core.models import Event
from tests.conftest import SLOT
from tests.factories import AppointmentFactory, ClinicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(dr_chen):
    return dr_chen.user


@pytest.fixture
def entry(visit, owner):
    """`entry("20")`: of the usual visit, by its doctor, in cash."""

    def make(amount, **changes):
        usual = {"visit": visit, "actor": owner, "key": uuid.uuid4(), "currency": "USD",
                 "method": "cash"}  # fmt: skip
        return Entry(amount=Decimal(amount), **usual | changes)

    return make


@pytest.fixture
def pay(entry, now):
    return lambda amount, **changes: record_payment(entry=entry(amount, **changes), now=now)


def balance(visit):
    visit.refresh_from_db()
    return balance_of(visit, visit.payment_lines.all())


def void(line, owner, now, **changes):
    return void_line(line=line, actor=owner, key=changes.pop("key", uuid.uuid4()), now=now)


def test_payment_writes_a_line_and_an_event(visit, owner, pay, now):
    line = pay("20", note="adelanto")
    line.refresh_from_db()
    assert (line.appointment, line.doctor, line.kind) == (visit, visit.doctor, "payment")
    assert (line.amount, line.effect, line.currency) == (Decimal(20), Decimal(-20), "USD")
    assert (line.method, line.note, line.receipt_number) == ("cash", "adelanto", 1)
    assert (line.recorded_by, line.at, line.voids) == (owner, now, None)
    event = Event.objects.get()
    assert (event.name, event.subject_id, event.data) == (
        "payment.recorded", visit.public_id, {"line": line.pk},
    )  # fmt: skip
    assert balance(visit).owed == Decimal(25)


def test_part_then_the_rest(visit, pay):
    pay("20")
    pay("25")
    found = balance(visit)
    assert (found.due, found.paid, found.owed, found.credit) == (45, 45, 0, 0)
    assert found.is_settled


@pytest.mark.parametrize(("amount", "sentence"), [
    ("45.01", "El saldo de la cita es USD\xa045. Escriba ese valor o menos."),
    ("1000", "El saldo de la cita es USD\xa045. Escriba ese valor o menos."),
])  # fmt: skip
def test_more_than_is_owed_is_refused(pay, amount, sentence):
    with pytest.raises(refusals.MoreThanOwed) as refused:
        pay(amount)
    assert str(refused.value) == sentence
    assert not PaymentLine.objects.exists()
    assert not Event.objects.exists()


def test_nothing_more_is_taken_of_what_is_paid(pay):
    pay("45")
    with pytest.raises(refusals.MoreThanOwed) as refused:
        pay("0.01")
    assert str(refused.value) == "Esta cita no debe nada."


@pytest.mark.parametrize("amount", ["0", "-5", "1.001", "NaN", "Infinity", "1e30"])
def test_amounts_that_nobody_pays(pay, amount):
    with pytest.raises(refusals.BadAmount):
        pay(amount)


def test_coins_out_of_use(owner, pay, clinic):
    visit = AppointmentFactory(
        clinic=clinic, starts_at=SLOT, price=Decimal(180_000), currency="COP"
    )
    with pytest.raises(refusals.BadAmount):
        pay("1000.50", visit=visit, currency="COP")
    assert pay("1000", visit=visit, currency="COP").amount == 1000


def test_another_currency_is_refused(pay):
    with pytest.raises(refusals.OtherCurrency):
        pay("20", currency="EUR")


@pytest.mark.parametrize("status", ["requested", "declined", "lapsed", "held", "expired"])
def test_a_visit_that_never_stood_owes_nothing(clinic, pay, entry, now, status):
    gone = {"cancelled_at": now} if status in ("declined", "lapsed") else {}
    visit = AppointmentFactory(
        clinic=clinic, status=status, hold_expires_at=now, starts_at=now + timedelta(1), **gone
    )
    with pytest.raises(refusals.VisitNeverStood):
        pay("20", visit=visit)
    with pytest.raises(refusals.VisitNeverStood):
        waive(entry=entry("20", visit=visit, method="", note="x"), now=now)
    with pytest.raises(refusals.MoreThanPaid):
        record_refund(entry=entry("20", visit=visit), now=now)


def test_posted_twice_it_is_one_line(visit, pay):
    key = uuid.uuid4()
    assert pay("20", key=key) == pay("20", key=key)
    assert (visit.payment_lines.count(), Event.objects.count()) == (1, 1)
    with pytest.raises(refusals.FormUsed):
        pay("10", key=key)


def test_refund_up_to_what_was_paid(visit, pay, entry, now):
    with pytest.raises(refusals.MoreThanPaid) as refused:
        record_refund(entry=entry("5"), now=now)
    assert str(refused.value) == "De esta cita no hay nada pagado que devolver."
    pay("20")
    with pytest.raises(refusals.MoreThanPaid) as refused:
        record_refund(entry=entry("20.01"), now=now)
    assert str(refused.value) == "Lo pagado es USD\xa020. Escriba ese valor o menos."
    line = record_refund(entry=entry("20", method="transfer"), now=now)
    assert (line.kind, line.effect, line.receipt_number) == ("refund", Decimal(20), 2)
    assert balance(visit).owed == Decimal(45)


def test_what_was_paid_of_a_cancelled_visit_goes_back(visit, pay, entry, now):
    pay("45")
    visit.status, visit.cancelled_at = Status.CANCELLED_BY_DOCTOR, now
    visit.save()
    assert (balance(visit).owed, balance(visit).credit) == (0, 45)
    record_refund(entry=entry("45"), now=now)
    assert balance(visit).is_settled


def test_waiver_up_to_what_is_owed(visit, pay, entry, now):
    pay("20")
    with pytest.raises(refusals.MoreThanOwed):
        waive(entry=entry("25.01", method="", note="cortesía"), now=now)
    line = waive(entry=entry("25", method="", note="cortesía"), now=now)
    assert (line.kind, line.effect, line.receipt_number) == ("waiver", Decimal(-25), None)
    assert balance(visit).is_settled


def test_nobody_owes_less_than_nothing_for_having_been_forgiven(visit, entry, now):
    waive(entry=entry("45", method="", note="cortesía"), now=now)
    visit.status, visit.cancelled_at = Status.CANCELLED_BY_DOCTOR, now
    visit.save()
    found = balance(visit)
    assert (found.due, found.owed, found.credit) == (0, 0, 0)


def test_void_takes_a_line_back(visit, owner, pay, now):
    line = pay("20")
    voided = void(line, owner, now)
    assert (voided.kind, voided.voids, voided.effect, voided.method) == (
        "void", line, Decimal(20), "cash",
    )  # fmt: skip
    assert balance(visit).owed == Decimal(45)
    assert pay("45").receipt_number == 2
    with pytest.raises(refusals.LineVoided):
        void(line, owner, now)
    with pytest.raises(refusals.LineVoided):
        void(voided, owner, now)


def test_void_posted_twice_is_one(visit, owner, pay, now):
    line, key = pay("20"), uuid.uuid4()
    assert void(line, owner, now, key=key) == void(line, owner, now, key=key)
    other = pay("10")
    with pytest.raises(refusals.FormUsed):
        void(other, owner, now, key=key)


def test_void_of_what_was_given_back_since(owner, pay, entry, now):
    line = pay("20")
    refund = record_refund(entry=entry("15"), now=now)
    with pytest.raises(refusals.RefundedSince):
        void(line, owner, now)
    void(refund, owner, now)
    void(line, owner, now)


def test_visit_without_a_price_is_charged_once(owner, pay, entry, now, clinic):
    visit = AppointmentFactory(clinic=clinic, starts_at=SLOT, price=None)
    with pytest.raises(refusals.MoreThanOwed):
        pay("20", visit=visit)
    line = charge_visit(entry=entry("30", visit=visit, method=""), now=now)
    assert (line.kind, line.fee, line.effect) == ("charge", "visit", Decimal(30))
    assert balance(visit).owed == Decimal(30)
    with pytest.raises(refusals.PriceThere):
        charge_visit(entry=entry("10", visit=visit, method=""), now=now)
    void(line, owner, now)
    charge_visit(entry=entry("10", visit=visit, method=""), now=now)
    assert balance(visit).owed == Decimal(10)


def test_price_that_was_frozen_stays(entry, now):
    with pytest.raises(refusals.PriceThere):
        charge_visit(entry=entry("10", method=""), now=now)


def test_receipts_are_numbered_for_each_doctor(pay, dr_diaz, entry, now):
    other = AppointmentFactory(clinic=ClinicFactory(doctor=dr_diaz))
    numbers = [pay("1").receipt_number, pay("1", visit=other).receipt_number]
    numbers += [pay("1").receipt_number, record_refund(entry=entry("1"), now=now).receipt_number]
    assert numbers == [1, 1, 2, 3]
