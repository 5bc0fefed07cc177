"""What is still to be paid for a visit: computed from its frozen price and its lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from appointments.enums import Fee, LineKind, Status
from appointments.models import Appointment, PaymentLine
from core.money import NOTHING, exact

# Visits whose price is owed: whoever cancels or does not come owes fees only.
PRICED = frozenset({Status.REQUESTED, Status.BOOKED, Status.ATTENDED})
# Visits that stood: only these have something to be paid.
STOOD = frozenset(
    {
        Status.BOOKED,
        Status.ATTENDED,
        Status.NO_SHOW,
        Status.CANCELLED_BY_PATIENT,
        Status.CANCELLED_BY_DOCTOR,
        Status.CANCELLED_BY_SUPPORT,
    }
)


@dataclass(frozen=True)
class Balance:
    """`paid` is what was paid less what was given back."""

    currency: str
    price: Decimal
    charged: Decimal
    waived: Decimal
    paid: Decimal

    @property
    def due(self) -> Decimal:
        """What was to be paid in all. Nobody owes less than nothing for having been forgiven."""
        return max(self.price + self.charged - self.waived, NOTHING)

    @property
    def owed(self) -> Decimal:
        return max(self.due - self.paid, NOTHING)

    @property
    def credit(self) -> Decimal:
        """What was paid and is not due any more: it goes back."""
        return max(self.paid - self.due, NOTHING)

    @property
    def is_settled(self) -> bool:
        return self.due == self.paid


def price_of(visit: Appointment) -> Decimal:
    """What is owed for the visit itself, as it was frozen."""
    if visit.price is None or visit.status not in PRICED:
        return NOTHING
    return exact(visit.price, visit.currency)


def live_lines(lines: Iterable[PaymentLine]) -> list[PaymentLine]:
    """Neither voided nor a void."""
    known = list(lines)
    voided = {line.voids_id for line in known}
    return [line for line in known if line.kind != LineKind.VOID and line.pk not in voided]


def live_charge(lines: Iterable[PaymentLine], fee: Fee) -> PaymentLine | None:
    return next((line for line in live_lines(lines) if line.fee == fee), None)


def balance_of(visit: Appointment, lines: Iterable[PaymentLine]) -> Balance:
    sums = dict.fromkeys(LineKind.values, NOTHING)
    for line in live_lines(lines):
        sums[line.kind] += line.amount
    return Balance(
        currency=visit.currency,
        price=price_of(visit),
        charged=sums[LineKind.CHARGE],
        waived=sums[LineKind.WAIVER],
        paid=sums[LineKind.PAYMENT] - sums[LineKind.REFUND],
    )
