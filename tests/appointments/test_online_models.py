"""Every named constraint of a payment that was begun online."""

from decimal import Decimal

import pytest

from appointments.models import OnlinePayment
from tests.breaches import Breach, check
from tests.factories import PaymentLineFactory

pytestmark = pytest.mark.django_db
BEGUN = {
    "appointment": lambda paid: paid.appointment,
    "account": lambda paid: paid.account,
    "provider": "demo",
    "amount": Decimal(45),
    "currency": "USD",
}
BREACHES = {
    "onlinepayment_amount_positive": Breach(OnlinePayment, {**BEGUN, "amount": Decimal(0)}),
    "onlinepayment_status_known": Breach(OnlinePayment, {**BEGUN, "status": "lost"}),
    "onlinepayment_line_if_paid": Breach(
        OnlinePayment, {**BEGUN, "status": "paid", "reference": "r-2"}
    ),
    "onlinepayment_reference_once": Breach(
        OnlinePayment,
        {**BEGUN, "status": "paid", "reference": "r-1",
         "line": lambda paid: PaymentLineFactory(appointment=paid.appointment, amount=1,
                                                 receipt_number=9)},
    ),
}  # fmt: skip


@pytest.fixture
def paid(visit, alice):
    line = PaymentLineFactory(appointment=visit, method="online")
    return OnlinePayment.objects.create(
        appointment=visit, account=alice, provider="demo", amount=45, currency="USD",
        status="paid", reference="r-1", line=line,
    )  # fmt: skip


@pytest.mark.parametrize("name", BREACHES)
def test_constraint_is_kept(paid, name):
    check(name, BREACHES[name], paid)


def test_one_that_failed_may_name_a_reference_that_was_paid(paid):
    failed = {**BEGUN, "status": "failed", "reference": "r-1"}
    made = Breach(OnlinePayment, failed).instance(paid)
    made.save()
    assert OnlinePayment.objects.filter(reference="r-1").count() == 2
