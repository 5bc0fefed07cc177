"""A visit is paid online: begun by its patient, settled by what the provider says of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from appointments.enums import LineKind, OnlineStatus
from appointments.ledger import ledger_of
from appointments.models import Appointment, OnlinePayment, PaymentLine
from appointments.models.online import REFERENCE_ONCE
from appointments.online import Notice
from appointments.refusals import (
    NotPayableOnline,
    OtherAmount,
    PaidTwice,
    ServiceBusy,
    UnknownPayment,
)
from appointments.rules import may_pay_online
from appointments.services.locks import lock_doctor
from appointments.services.payments import next_number, save_line
from clinics.enums import PaymentMethod
from core.db import once_more, violation_as

# One that was begun and not paid is gone on with for so long.
STILL_OPEN = timedelta(minutes=30)


@once_more(ServiceBusy)
@transaction.atomic
def begin_payment(*, visit: Appointment, account: User, now: datetime) -> OnlinePayment:
    """All that is owed; pressed twice it is one. Raises NotPayableOnline, ServiceBusy."""
    current = Appointment.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    ledger = ledger_of(current)
    if not may_pay_online(current) or not ledger.can_pay:
        raise NotPayableOnline
    wished = {
        "appointment": current,
        "account": account,
        "provider": settings.ONLINE_PAYMENTS,
        "amount": ledger.balance.owed,
        "currency": current.currency,
    }
    begun = OnlinePayment.objects.filter(
        **wished, status=OnlineStatus.OPEN, created_at__gt=now - STILL_OPEN
    )
    return begun.first() or OnlinePayment.objects.create(**wished, created_at=now)


@once_more(ServiceBusy)
@transaction.atomic
def settle_payment(*, notice: Notice, now: datetime) -> OnlinePayment:
    """Write the money that came, once, whatever became of the visit meanwhile: what is not owed
    any more goes back. Said again, or that it failed after it was paid, it changes nothing.

    Raises UnknownPayment, OtherAmount, PaidTwice, ServiceBusy.
    """
    known = OnlinePayment.objects.select_related("appointment")
    found = known.filter(public_id=notice.payment).first()
    if found is None:
        raise UnknownPayment
    lock_doctor(found.appointment.doctor_id)
    visit = Appointment.objects.select_for_update(of=("self",)).get(pk=found.appointment_id)
    payment = OnlinePayment.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if (notice.amount, notice.currency) != (payment.amount, payment.currency):
        raise OtherAmount
    if payment.status == OnlineStatus.PAID:
        if notice.result == OnlineStatus.PAID and notice.reference != payment.reference:
            raise PaidTwice
        return payment
    if notice.result == OnlineStatus.PAID:
        payment.line = _write(visit, payment, now)
    payment.status, payment.reference, payment.settled_at = notice.result, notice.reference, now
    with violation_as({REFERENCE_ONCE: PaidTwice()}):
        payment.save(update_fields=["line", "status", "reference", "settled_at"])
    return payment


def _write(visit: Appointment, payment: OnlinePayment, now: datetime) -> PaymentLine:
    line = PaymentLine(
        appointment=visit,
        doctor_id=visit.doctor_id,
        kind=LineKind.PAYMENT,
        amount=payment.amount,
        currency=payment.currency,
        effect=-payment.amount,
        method=PaymentMethod.ONLINE,
        receipt_number=next_number(visit.doctor_id),
        key=payment.public_id,
        recorded_by=payment.account,
        at=now,
    )
    return save_line(line)
