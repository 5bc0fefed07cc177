"""Fees that a visit's frozen terms ask for, written with the act that brings them about."""

import uuid
from datetime import datetime

from accounts.models import User
from appointments.balance import live_charge
from appointments.enums import Fee, LineKind
from appointments.models import Appointment, PaymentLine
from appointments.rules import fee_of
from appointments.services.payments import save_line, write_void


def charge_for(
    visit: Appointment, *, kind: Fee, actor: User | None, now: datetime
) -> PaymentLine | None:
    """Write the fee of a late cancellation or a missed visit, once; None where none was agreed.

    In the transaction of the act, which holds the visit's row. `actor` is who acted.
    """
    amount = fee_of(visit, kind)
    if amount is None:
        return None
    earlier = live_charge(visit.payment_lines.all(), kind)
    if earlier is not None:
        return earlier
    line = PaymentLine(
        appointment=visit,
        doctor_id=visit.doctor_id,
        kind=LineKind.CHARGE,
        amount=amount,
        currency=visit.currency,
        effect=amount,
        fee=kind,
        recorded_by=actor,
        at=now,
    )
    return save_line(line)


def lift_charge(
    visit: Appointment, *, kind: Fee, actor: User | None, now: datetime
) -> PaymentLine | None:
    """Void that fee, where it turns out that the patient came; None where there is none."""
    line = live_charge(visit.payment_lines.all(), kind)
    return write_void(line, actor=actor, at=now, key=uuid.uuid4()) if line else None
