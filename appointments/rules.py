"""Who may do what to a visit, and when: pure predicates for buttons and pages.

The services check again under their locks; these only spare people a refusal. Whoever was moved
by the desk did not choose that time: the clinic's deadline does not bind them.
"""

from datetime import datetime
from decimal import Decimal

from django.conf import settings

from appointments.enums import Fee, Status
from appointments.models import Appointment
from clinics.enums import PaymentMethod
from core.money import exact

FEES = {Fee.LATE_CANCELLATION: "late_cancellation_fee", Fee.NO_SHOW: "no_show_fee"}


def can_cancel(visit: Appointment, now: datetime) -> bool:
    return visit.is_standing and visit.starts_at > now


def is_late_to_cancel(visit: Appointment, now: datetime, *, is_moved_by_desk: bool) -> bool:
    """Past the deadline; a request that nobody has confirmed binds nobody."""
    if is_moved_by_desk or visit.status == Status.REQUESTED:
        return False
    return now > visit.cancel_until


def can_reschedule(visit: Appointment, now: datetime, *, is_moved_by_desk: bool = False) -> bool:
    """Until the clinic's deadline: a later move would free the old time too late."""
    return can_cancel(visit, now) and not is_late_to_cancel(
        visit, now, is_moved_by_desk=is_moved_by_desk
    )


def fee_of(visit: Appointment, kind: Fee) -> Decimal | None:
    """What the visit's frozen terms ask for it, if anything."""
    column = FEES.get(kind)
    agreed = getattr(visit, column) if column else None
    return exact(agreed, visit.currency) or None if agreed else None


def may_pay_online(visit: Appointment) -> bool:
    """Whether somebody takes payments online, and the clinic said so when it was booked."""
    methods = visit.payment_methods.split(",")
    return bool(settings.ONLINE_PAYMENTS) and PaymentMethod.ONLINE in methods


def missing_costs(visit: Appointment) -> Decimal | None:
    """The fee that its patient is charged once it is said that they did not come."""
    return fee_of(visit, Fee.NO_SHOW)


def cancelling_costs(
    visit: Appointment, now: datetime, *, is_moved_by_desk: bool
) -> Decimal | None:
    """The fee that its patient would be charged for cancelling now."""
    if not is_late_to_cancel(visit, now, is_moved_by_desk=is_moved_by_desk):
        return None
    return fee_of(visit, Fee.LATE_CANCELLATION)
