"""Cancelling frees the time at once. It waits for nobody but the visit's own row."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import keep_invited
from appointments.enums import CANCELLED, ChangeKind, Fee, Status
from appointments.models import Appointment
from appointments.queries import was_moved_by_desk
from appointments.refusals import FeeToTell, ServiceBusy, VisitNotStanding, VisitOver
from appointments.rules import fee_of, is_late_to_cancel
from appointments.services.fees import charge_for
from appointments.services.timeline import record_change
from core.db import once_more


@once_more(ServiceBusy)
@transaction.atomic
def cancel_appointment(
    *,
    appointment: Appointment,
    actor: User | None,
    status: Status,
    now: datetime,
    by_desk: bool = False,
    message: str = "",
    told_fee: str = "",
) -> Appointment:
    """Cancel a standing visit as `status` says by whom; the patient is late when past the clinic's
    deadline, unless the desk chose the time, and then owes the fee that was agreed: `told_fee`, as
    the page said it. `message` is the desk's, for the patient's page. `actor` is None for a
    patient without an account, by the link in their mail.

    Cancelled already: returned as it is. Raises VisitOver, VisitNotStanding, FeeToTell,
    ServiceBusy.
    """
    if status not in CANCELLED:
        raise ValueError(status)
    current = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if current.is_cancelled:
        return current
    _require_standing(current, now)
    current.is_late_cancellation = not by_desk and is_late_to_cancel(
        current, now, is_moved_by_desk=was_moved_by_desk(current)
    )
    owes_fee = current.is_late_cancellation and status == Status.CANCELLED_BY_PATIENT
    if owes_fee:
        _require_told(current, told_fee)
    write_cancelled(current, status, actor=actor, now=now, by_desk=by_desk, message=message)
    if owes_fee:
        charge_for(current, kind=Fee.LATE_CANCELLATION, actor=actor, now=now)
    if by_desk and actor is not None and current.patient is not None:
        keep_invited(current.patient, actor=actor, now=now)
    return current


def write_cancelled(
    visit: Appointment,
    status: Status,
    *,
    actor: User | None,
    now: datetime,
    by_desk: bool = False,
    message: str = "",
) -> None:
    """The row and its line, whoever cancels and why; the row is locked."""
    before = visit.status
    visit.status, visit.cancelled_at = status, now
    visit.sequence += 1
    visit.save(update_fields=["status", "cancelled_at", "is_late_cancellation", "sequence"])
    record_change(
        visit,
        kind=ChangeKind.CANCELLED,
        actor=actor,
        at=now,
        from_status=before,
        by_desk=by_desk,
        message=message,
    )


def _require_standing(current: Appointment, now: datetime) -> None:
    if not current.is_standing:
        raise VisitNotStanding
    if current.starts_at <= now:
        raise VisitOver


def _require_told(current: Appointment, told_fee: str) -> None:
    """Nobody is charged who opened the page in time, and was told that it costs nothing."""
    fee = fee_of(current, Fee.LATE_CANCELLATION)
    if fee is not None and told_fee != str(fee):
        raise FeeToTell(fee, current.currency)
