"""What is owed is exact to the smallest coin, in every currency that we offer."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from appointments.balance import balance_of
from appointments.enums import Status
from appointments.models import PaymentLine
from clinics.enums import Currency
from core.money import MOST, WHOLE, coin_of, exact, is_exact
from tests.factories import AppointmentFactory, PaymentLineFactory

pytestmark = pytest.mark.django_db
KINDS = ("charge", "payment", "refund", "waiver")


def coins(currency):
    """Amounts as whole numbers of the smallest coin."""
    return st.integers(1, 10**7)


@st.composite
def accounts(draw):
    currency = draw(st.sampled_from(sorted(Currency.values)))
    price = draw(st.one_of(st.none(), coins(currency)))
    lines = draw(st.lists(st.tuples(st.sampled_from(KINDS), coins(currency), st.booleans()),
                          max_size=12))  # fmt: skip
    return currency, price, lines


@given(accounts(), st.sampled_from([Status.BOOKED, Status.ATTENDED, Status.NO_SHOW]))
@example(("USD", 30, [("payment", 10, False)] * 3), Status.ATTENDED)
@settings(max_examples=200, deadline=None)
def test_sums_are_exact(account, status):
    """Counted in coins, as whole numbers: no line adds or loses a part of one."""
    currency, price, drawn = account
    coin, number = coin_of(currency), count(1)
    visit = AppointmentFactory.build(
        price=None if price is None else price * coin, currency=currency, status=status,
        booked_by=None,
    )  # fmt: skip
    lines, sums = [], dict.fromkeys(KINDS, 0)
    for kind, coins_paid, is_voided in drawn:
        line = PaymentLine(pk=next(number), kind=kind, amount=coins_paid * coin, currency=currency)
        lines.append(line)
        if is_voided:
            lines.append(PaymentLine(pk=next(number), kind="void", voids=line, amount=line.amount))
        else:
            sums[kind] += coins_paid
    found = balance_of(visit, lines)
    owed = price if price and status != Status.NO_SHOW else 0
    due = max(owed + sums["charge"] - sums["waiver"], 0)
    paid = sums["payment"] - sums["refund"]
    assert (found.due, found.paid) == (due * coin, paid * coin)
    assert (found.owed, found.credit) == (max(due - paid, 0) * coin, max(paid - due, 0) * coin)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.data())
@settings(max_examples=18, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@pytest.mark.parametrize("currency", sorted(Currency.values))
def test_postgres_keeps_every_coin(clinic, currency, amounts, data):
    coin = coin_of(currency)
    visit = AppointmentFactory(
        clinic=clinic, price=sum(amounts) * coin, currency=currency,
        starts_at=clinic.created_at + timedelta(days=data.draw(st.integers(1, 10**4))),
        status="cancelled_doctor", cancelled_at=clinic.created_at,
    )  # fmt: skip
    for amount in amounts:
        PaymentLineFactory(appointment=visit, amount=amount * coin)
    found = balance_of(visit, visit.payment_lines.all())
    assert found.paid == found.credit == sum(amounts) * coin


@pytest.mark.parametrize("currency", sorted(Currency.values))
def test_coins(currency):
    assert coin_of(currency) == (1 if currency in WHOLE else Decimal("0.01"))
    assert exact(Decimal("10.005"), currency) == (10 if currency in WHOLE else Decimal("10.01"))
    assert exact(Decimal("10.5"), currency) == (11 if currency in WHOLE else Decimal("10.5"))
    assert is_exact(Decimal("10.50"), currency) == (currency not in WHOLE)
    assert is_exact(MOST, currency)
    for never in ("0.001", "NaN", "-Infinity", "1e40"):
        assert not is_exact(Decimal(never), currency)
