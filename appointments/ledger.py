"""A visit's account as its pages show it, and what may be done with it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Round

from appointments.balance import PRICED, STOOD, Balance, balance_of, live_charge, live_lines
from appointments.enums import MONEY_MOVES, Fee, LineKind, Status
from appointments.models import Appointment, AppointmentQuerySet, OnlinePayment, PaymentLine
from core.money import NOTHING, WHOLE

MONEY = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True)
class Written:
    """One line of the list; a void is told with the line that it voids."""

    line: PaymentLine
    is_voided: bool

    @property
    def can_void(self) -> bool:
        return not self.is_voided

    @property
    def has_receipt(self) -> bool:
        return self.line.receipt_number is not None


@dataclass(frozen=True)
class FeeMove:
    """A fee that came or went with an act, at the moment of its line in the timeline."""

    at: datetime
    fee: str
    amount: Decimal
    currency: str
    is_lifted: bool


@dataclass(frozen=True)
class Ledger:
    visit: Appointment
    lines: Sequence[PaymentLine]

    @cached_property
    def balance(self) -> Balance:
        return balance_of(self.visit, self.lines)

    @cached_property
    def written(self) -> list[Written]:
        live = {line.pk for line in live_lines(self.lines)}
        return [
            Written(line, is_voided=line.pk not in live)
            for line in self.lines
            if line.kind != LineKind.VOID
        ]

    @cached_property
    def fees(self) -> list[FeeMove]:
        charges = {line.pk: line for line in self.lines if line.fee}
        return [
            FeeMove(line.at, charge.get_fee_display(), line.amount, line.currency, charge != line)
            for line in self.lines
            if (charge := charges.get(line.voids_id or line.pk))
        ]

    @property
    def missing_fee(self) -> PaymentLine | None:
        """What is charged for not having come, as things stand."""
        return live_charge(self.lines, Fee.NO_SHOW)

    @property
    def receipts(self) -> list[Written]:
        return [one for one in self.written if one.has_receipt]

    @property
    def can_pay(self) -> bool:
        """Something is owed by a visit that stood; it may be paid or waived."""
        return self.visit.status in STOOD and self.balance.owed > 0

    @property
    def can_refund(self) -> bool:
        return self.balance.paid > 0

    @property
    def can_price(self) -> bool:
        """There was no price to freeze, and nobody has said yet what it costs."""
        return (
            self.visit.price is None
            and self.visit.status in (Status.BOOKED, Status.ATTENDED)
            and live_charge(self.lines, Fee.CONSULTATION) is None
        )

    @property
    def is_shown(self) -> bool:
        return bool(self.lines) or (
            self.visit.status in STOOD and (self.balance.due > 0 or self.can_price)
        )

    @property
    def usual_method(self) -> str:
        """How money came last, else the first way that the patient was told."""
        moved = [line.method for line in self.lines if line.kind in MONEY_MOVES]
        return moved[-1] if moved else self.visit.payment_methods.split(",")[0]


def ledger_of(visit: Appointment) -> Ledger:
    lines = visit.payment_lines.select_related("recorded_by", "doctor").order_by("pk")
    return Ledger(visit, list(lines))


def begun_payment(visit: Appointment, key: str) -> OnlinePayment | None:
    """One of the visit's that an address names, if it names one."""
    try:
        public_id = uuid.UUID(key)
    except ValueError:
        return None
    return visit.online_payments.filter(public_id=public_id).first()


def follow_up_of(ledger: Ledger) -> Appointment | None:
    """The attended visit whose terms give this one for nothing, if its desk finds that it is one:
    only they know whether it is about the same.
    """
    visit = ledger.visit
    if not ledger.can_pay or visit.status not in PRICED:
        return None
    before = Appointment.objects.filter(
        doctor=visit.doctor_id,
        patient=visit.patient_id,
        status=Status.ATTENDED,
        starts_at__lt=visit.starts_at,
    )
    last = before.select_related("clinic").order_by("-starts_at").first()
    if last is None or not last.follow_up_days:
        return None
    zone = ZoneInfo(last.zone)
    until = last.starts_at.astimezone(zone).date() + timedelta(days=last.follow_up_days)
    return last if visit.starts_at.astimezone(zone).date() <= until else None


def with_balance(visits: AppointmentQuerySet) -> QuerySet[Any]:
    """Each with what is `due` in all, what was `paid`, and the `balance` of both (below nothing:
    it goes back). The same as `balance_of`, for lists.
    """
    lines = PaymentLine.objects.filter(appointment=OuterRef("pk"))
    price = Case(
        When(Q(status__in=PRICED, currency__in=WHOLE), then=Round(F("price"))),
        When(Q(status__in=PRICED), then=F("price")),
        default=Value(NOTHING),
        output_field=MONEY,
    )
    owing = Coalesce(price, Value(NOTHING), output_field=MONEY) + _sum(lines.filter(method=""))
    return (
        visits.annotate(
            due=Greatest(owing, Value(NOTHING), output_field=MONEY),
            paid=-_sum(lines.exclude(method="")),
        )
        .annotate(balance=F("due") - F("paid"))
        .order_by("-starts_at", "-id")
    )


def _sum(lines: QuerySet[PaymentLine]) -> Coalesce:
    total = lines.order_by().values("appointment").annotate(total=Sum("effect")).values("total")
    return Coalesce(Subquery(total), Value(NOTHING), output_field=MONEY)
