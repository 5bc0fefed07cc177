"""Paid online: begun once, settled once, whatever the provider says, and in whichever order."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from appointments import refusals
from appointments.balance import balance_of
from appointments.models import OnlinePayment
from appointments.online import BadNotice, Notice, read_notice, signature
from appointments.services.cancelling import cancel_appointment
from appointments.services.online import begin_payment, settle_payment
from appointments.services.payments import Entry, record_payment, void_line
from tests.appointments.crowd import at_once, kinds
from tests.conftest import NOW
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def online(clinic, alice):
    """Alicia's visit, booked where one pays online too."""
    return AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), payment_methods="cash,online"
    )


@pytest.fixture
def begun(online, alice, now):
    return begin_payment(visit=online, account=alice, now=now)


def other_visit(online, **terms):
    tomorrow = online.starts_at + timedelta(days=1)
    usual = {"payment_methods": online.payment_methods} | terms
    return AppointmentFactory(
        clinic=online.clinic, patient=online.patient, starts_at=tomorrow, **usual
    )


def said(begun, result="paid", reference="bank-1", **changes):
    usual = {"payment": begun.public_id, "reference": reference, "result": result,
             "amount": begun.amount, "currency": begun.currency}  # fmt: skip
    return Notice(**(usual | changes))


def state(payment):
    payment.refresh_from_db()
    return payment.status, payment.reference, payment.line


def account_of(visit):
    visit.refresh_from_db()
    lines = list(visit.payment_lines.order_by("pk"))
    return [(line.kind, line.method, line.amount) for line in lines], balance_of(visit, lines)


# Begun ---------------------------------------------------------------------------


def test_all_that_is_owed_is_asked_once(begun, online, alice, now):
    assert (begun.amount, begun.currency, begun.status) == (45, "USD", "open")
    assert begin_payment(visit=online, account=alice, now=now + 29 * MINUTE) == begun
    assert begin_payment(visit=online, account=alice, now=now + 31 * MINUTE) != begun
    assert not online.payment_lines.exists()


def test_rest_is_another_amount(begun, online, alice, dr_chen, now):
    entry = Entry(visit=online, actor=dr_chen.user, key=uuid.uuid4(), amount=Decimal("20.50"),
                  currency="USD", method="cash")  # fmt: skip
    record_payment(entry=entry, now=now)
    rest = begin_payment(visit=online, account=alice, now=now)
    assert (rest.pk == begun.pk, rest.amount) == (False, Decimal("24.50"))


@pytest.mark.parametrize("why", ["nobody takes it", "not agreed", "free", "requested", "paid"])
def test_what_cannot_be_paid_online(online, alice, now, settings, why):
    if why == "nobody takes it":
        settings.ONLINE_PAYMENTS = ""
    elif why == "not agreed":
        online = other_visit(online, payment_methods="cash,card")
    elif why == "free":
        online = other_visit(online, price=Decimal(0))
    elif why == "requested":
        online.status, online.answer_by = "requested", online.starts_at
    else:
        settle_payment(notice=said(begin_payment(visit=online, account=alice, now=now)), now=now)
        begun = online.online_payments.count()
    online.save()
    with pytest.raises(refusals.NotPayableOnline):
        begin_payment(visit=online, account=alice, now=now)
    assert online.online_payments.count() == (begun if why == "paid" else 0)


# Settled -------------------------------------------------------------------------


def test_money_becomes_a_line_with_a_receipt(begun, online, alice, now, happened):
    settle_payment(notice=said(begun), now=now + MINUTE)
    rows, balance = account_of(online)
    assert (rows, balance.is_settled) == ([("payment", "online", 45)], True)
    line = online.payment_lines.get()
    assert (line.receipt_number, line.recorded_by, line.at) == (1, alice, now + MINUTE)
    assert state(begun) == ("paid", "bank-1", line)
    assert happened(online) == ["payment.recorded"]


def test_said_again_it_is_one_payment(begun, online, now):
    for minutes in (0, 1, 600):
        settle_payment(notice=said(begun), now=now + minutes * MINUTE)
    assert account_of(online)[0] == [("payment", "online", 45)]


@pytest.mark.parametrize(
    ("results", "status"),
    [(["failed"], "failed"), (["failed", "paid"], "paid"), (["paid", "failed"], "paid"),
     (["failed", "failed", "paid", "failed", "paid"], "paid")],
)  # fmt: skip
def test_whatever_the_order(begun, online, now, results, status):
    for result in results:
        settle_payment(notice=said(begun, result), now=now)
    assert state(begun)[0] == status
    assert len(account_of(online)[0]) == (status == "paid")


@pytest.mark.parametrize(
    "wrong",
    [{"amount": Decimal("44.99")}, {"amount": Decimal("45.01")}, {"currency": "EUR"},
     {"currency": ""}],
)  # fmt: skip
def test_another_amount_is_not_taken(begun, online, now, wrong):
    with pytest.raises(refusals.OtherAmount):
        settle_payment(notice=replace(said(begun), **wrong), now=now)
    assert (state(begun)[0], account_of(online)[0]) == ("open", [])


def test_unknown_payment(begun, now):
    with pytest.raises(refusals.UnknownPayment):
        settle_payment(notice=said(begun, payment=uuid.UUID(int=9)), now=now)


def test_one_reference_pays_once(begun, online, clinic, alice, now):
    settle_payment(notice=said(begun), now=now)
    with pytest.raises(refusals.PaidTwice):
        settle_payment(notice=said(begun, reference="bank-2"), now=now)
    second = AppointmentFactory(
        clinic=clinic, payment_methods="online", starts_at=online.starts_at + timedelta(days=1)
    )
    other = begin_payment(visit=second, account=alice, now=now)
    with pytest.raises(refusals.PaidTwice):
        settle_payment(notice=said(other), now=now)
    assert (state(other)[0], account_of(second)[0]) == ("open", [])


def test_money_that_comes_late_is_the_patients(begun, online, alice, now):
    """The visit was cancelled meanwhile: what came is written, and goes back."""
    cancel_appointment(appointment=online, actor=alice, status="cancelled_patient", now=now)
    settle_payment(notice=said(begun), now=now + 3 * timedelta(days=1))
    rows, balance = account_of(online)
    assert rows == [("payment", "online", 45)]
    assert balance.credit == 45


def test_line_that_was_voided_is_not_written_again(begun, online, dr_chen, now):
    settle_payment(notice=said(begun), now=now)
    line = online.payment_lines.get()
    void_line(line=line, actor=dr_chen.user, key=uuid.uuid4(), now=now)
    settle_payment(notice=said(begun), now=now)
    assert [row[0] for row in account_of(online)[0]] == ["payment", "void"]


@pytest.mark.parametrize(("currency", "price"), [("CLP", 30000), ("EUR", Decimal("0.01")),
                                                 ("COP", 180000), ("PYG", 7)])  # fmt: skip
def test_exact_in_each_currency(clinic, alice, now, currency, price):
    visit = AppointmentFactory(
        clinic=clinic, price=price, currency=currency, payment_methods="online"
    )
    begun = begin_payment(visit=visit, account=alice, now=now)
    settle_payment(notice=said(begun), now=now)
    assert account_of(visit)[1].is_settled


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_notices_at_once_are_one_line(begun, online, now):
    answers = at_once(*(partial(settle_payment, notice=said(begun), now=now) for _ in range(8)))
    assert kinds(answers) == {"OnlinePayment": 8}
    assert account_of(online)[0] == [("payment", "online", 45)]


# Known to be the provider's ------------------------------------------------------


def test_notice_is_read_as_it_was_signed(begun):
    body = said(begun).body()
    for seconds in (0, 299, -299):
        assert read_notice(body, signature(body, NOW), NOW + timedelta(seconds=seconds)) == said(
            OnlinePayment.objects.get()
        )


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "t=1",
        "v1=",
        f"t=1,v1={'0' * 64}",
        f"t=99999999999999,v1={'0' * 64}",
        "x" * 5000,
        "t=\x00,v1=",
    ],
)
def test_notice_without_its_signature(begun, signed):
    with pytest.raises(BadNotice):
        read_notice(said(begun).body(), signed, NOW)


def test_notice_that_was_changed_or_is_old(begun, settings):
    body = said(begun).body()
    signed = signature(body, NOW)
    for changed, header, now in (
        (body.replace(b"45.00", b"1.00") + b" ", signed, NOW),
        (body, signed, NOW + timedelta(seconds=302)),
        (body, signed, NOW - timedelta(seconds=302)),
        (body, signed.replace("t=1", "t=2"), NOW),
    ):
        with pytest.raises(BadNotice):
            read_notice(changed, header, now)
    settings.ONLINE_PAYMENTS_SECRET = "another"
    with pytest.raises(BadNotice):
        read_notice(body, signed, NOW)
    settings.ONLINE_PAYMENTS = ""
    with pytest.raises(BadNotice):
        read_notice(body, signature(body, NOW), NOW)


@pytest.mark.parametrize(
    "changed",
    [{"amount": "NaN"}, {"amount": "-1"}, {"amount": "1e9"}, {"amount": 45}, {"result": "open"},
     {"reference": ""}, {"reference": "a b"}, {"reference": "x" * 81}, {"payment": "x"},
     {"payment": None}, {"reference": None}],
)  # fmt: skip
def test_signed_nonsense(begun, changed):
    body = json.dumps({**json.loads(said(begun).body()), **changed}).encode()
    with pytest.raises(BadNotice):
        read_notice(body, signature(body, NOW), NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"\xff", b"{" * 5000])
def test_signed_bytes_that_are_none(body):
    with pytest.raises(BadNotice):
        read_notice(body, signature(body, NOW), NOW)
