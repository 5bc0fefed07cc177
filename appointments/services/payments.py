"""What the desk writes into a visit's account. A line is never changed: a wrong one is voided.

The doctor's row is locked before the visit's, since receipts are numbered for each doctor.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from appointments.balance import STOOD, Balance, balance_of, live_lines
from appointments.enums import MONEY_MOVES, Fee, LineKind
from appointments.models import Appointment, PaymentLine
from appointments.models.payments import KEY_ONCE, RAISES, RECEIPT_ONCE, VOIDED_ONCE
from appointments.refusals import (
    BadAmount,
    FormUsed,
    LineVoided,
    MoreThanOwed,
    MoreThanPaid,
    OtherCurrency,
    PriceThere,
    RefundedSince,
    ServiceBusy,
    VisitNeverStood,
)
from appointments.services.locks import lock_doctor
from core.db import once_more, violation_as
from core.events import record
from core.money import is_exact

EVENTS = {
    LineKind.CHARGE: "payment.charged",
    LineKind.PAYMENT: "payment.recorded",
    LineKind.REFUND: "payment.refunded",
    LineKind.WAIVER: "payment.waived",
    LineKind.VOID: "payment.voided",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the desk's form says; `key` is the form's idempotency key."""

    visit: Appointment
    actor: User
    key: uuid.UUID
    amount: Decimal
    currency: str
    method: str = ""
    note: str = ""


@once_more(ServiceBusy)
@transaction.atomic
def record_payment(*, entry: Entry, now: datetime) -> PaymentLine:
    """All or a part of what is owed. Raises MoreThanOwed, VisitNeverStood, BadAmount,
    OtherCurrency, FormUsed, ServiceBusy.
    """
    return _write(entry, LineKind.PAYMENT, now)


@once_more(ServiceBusy)
@transaction.atomic
def record_refund(*, entry: Entry, now: datetime) -> PaymentLine:
    """Give back all or a part of what was paid, whatever became of the visit.

    Raises MoreThanPaid, BadAmount, OtherCurrency, FormUsed, ServiceBusy.
    """
    return _write(entry, LineKind.REFUND, now)


@once_more(ServiceBusy)
@transaction.atomic
def waive(*, entry: Entry, now: datetime) -> PaymentLine:
    """Forgive all or a part of what is owed; the note says why. Raises as `record_payment`."""
    return _write(entry, LineKind.WAIVER, now)


@once_more(ServiceBusy)
@transaction.atomic
def charge_visit(*, entry: Entry, now: datetime) -> PaymentLine:
    """What a visit costs whose consultorio had no price to freeze; said once.

    Raises PriceThere, VisitNeverStood, BadAmount, OtherCurrency, FormUsed, ServiceBusy.
    """
    return _write(entry, LineKind.CHARGE, now, fee=Fee.CONSULTATION)


@once_more(ServiceBusy)
@transaction.atomic
def void_line(
    *, line: PaymentLine, actor: User, key: uuid.UUID, now: datetime, note: str = ""
) -> PaymentLine:
    """Take back a line that was written by mistake; its receipt's number stays used.

    Raises LineVoided, RefundedSince, FormUsed, ServiceBusy.
    """
    lock_doctor(line.doctor_id)
    visit = _locked(line.appointment)
    lines = list(visit.payment_lines.order_by("pk"))
    earlier = _earlier(actor, key)
    if earlier is not None:
        if earlier.voids_id != line.pk:
            raise FormUsed
        return earlier
    if line not in live_lines(lines):
        raise LineVoided
    others = [one for one in lines if one != line]
    if line.kind == LineKind.PAYMENT and balance_of(visit, others).paid < 0:
        raise RefundedSince
    return write_void(line, actor=actor, at=now, key=key, note=note)


def write_void(
    line: PaymentLine, *, actor: User | None, at: datetime, key: uuid.UUID, note: str = ""
) -> PaymentLine:
    """The visit's row must be locked. Raises LineVoided."""
    void = PaymentLine(
        appointment_id=line.appointment_id,
        doctor_id=line.doctor_id,
        kind=LineKind.VOID,
        amount=line.amount,
        currency=line.currency,
        effect=-line.effect,
        method=line.method,
        voids=line,
        note=note,
        key=key,
        recorded_by=actor,
        at=at,
    )
    return save_line(void)


def save_line(line: PaymentLine) -> PaymentLine:
    """With its event. Raises what the last walls say: ServiceBusy, FormUsed, LineVoided."""
    walls = {RECEIPT_ONCE: ServiceBusy(), KEY_ONCE: FormUsed(), VOIDED_ONCE: LineVoided()}
    with violation_as(walls):
        line.save(force_insert=True)
    record(
        EVENTS[LineKind(line.kind)],
        subject_id=line.appointment.public_id,
        actor=line.recorded_by,
        at=line.at,
        data={"line": line.pk},
    )
    return line


def _write(entry: Entry, kind: LineKind, now: datetime, fee: Fee | None = None) -> PaymentLine:
    lock_doctor(entry.visit.doctor_id)
    visit = _locked(entry.visit)
    earlier = _earlier(entry.actor, entry.key)
    if earlier is not None:
        if not _is_same(earlier, entry, kind):
            raise FormUsed
        return earlier
    _refuse(entry, kind, visit)
    line = PaymentLine(
        appointment=visit,
        doctor_id=visit.doctor_id,
        kind=kind,
        amount=entry.amount,
        currency=entry.currency,
        effect=entry.amount if kind in RAISES else -entry.amount,
        method=entry.method,
        fee=fee or "",
        receipt_number=next_number(visit.doctor_id) if kind in MONEY_MOVES else None,
        note=entry.note,
        key=entry.key,
        recorded_by=entry.actor,
        at=now,
    )
    return save_line(line)


def _locked(visit: Appointment) -> Appointment:
    return Appointment.objects.select_for_update(of=("self",)).get(pk=visit.pk)


def _earlier(actor: User, key: uuid.UUID) -> PaymentLine | None:
    """The line that this form has already written."""
    return PaymentLine.objects.filter(recorded_by=actor, key=key).first()


def _is_same(earlier: PaymentLine, entry: Entry, kind: LineKind) -> bool:
    wished = (entry.visit.pk, kind, entry.amount, entry.method, entry.note)
    known = (earlier.appointment_id, earlier.kind, earlier.amount, earlier.method, earlier.note)
    return known == wished


def _refuse(entry: Entry, kind: LineKind, visit: Appointment) -> None:
    if entry.currency != visit.currency:
        raise OtherCurrency
    if not is_exact(entry.amount, entry.currency) or entry.amount <= 0:
        raise BadAmount
    lines = list(visit.payment_lines.order_by("pk"))
    balance = balance_of(visit, lines)
    if kind == LineKind.REFUND:
        _refuse_refund(entry.amount, balance)
    elif visit.status not in STOOD:
        raise VisitNeverStood
    elif kind == LineKind.CHARGE:
        if visit.price is not None or any(one.fee == Fee.CONSULTATION for one in live_lines(lines)):
            raise PriceThere
    elif entry.amount > balance.owed:
        raise MoreThanOwed(balance.owed, balance.currency)


def _refuse_refund(amount: Decimal, balance: Balance) -> None:
    if amount > balance.paid:
        raise MoreThanPaid(balance.paid, balance.currency)


def next_number(doctor_id: int) -> int:
    """Under the doctor's lock: no number is left out, none comes twice."""
    lines = PaymentLine.objects.filter(doctor_id=doctor_id)
    return (lines.aggregate(last=Max("receipt_number"))["last"] or 0) + 1
