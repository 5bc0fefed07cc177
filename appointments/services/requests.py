"""Requests of patients, where the clinic confirms each visit: accepted, declined, or lapsed.

Only the visit's own row is locked: its time is kept already, an answer takes nobody's.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment, AppointmentQuerySet
from appointments.refusals import RequestAnswered, RequestLapsed, ServiceBusy
from appointments.services.timeline import record_change
from core.db import once_more


@once_more(ServiceBusy)
@transaction.atomic
def accept_request(*, appointment: Appointment, actor: User, now: datetime) -> Appointment:
    """Confirm it; accepted already, it is returned as it is. Raises RequestAnswered,
    RequestLapsed, ServiceBusy.
    """
    current = _open_request(appointment, Status.BOOKED, now)
    if current.status == Status.REQUESTED:
        current.status, current.answer_by = Status.BOOKED, None
        current.sequence += 1
        current.save(update_fields=["status", "answer_by", "sequence"])
        _record(current, ChangeKind.ACCEPTED, actor, now)
    return current


@once_more(ServiceBusy)
@transaction.atomic
def decline_request(
    *, appointment: Appointment, actor: User, now: datetime, message: str = ""
) -> Appointment:
    """Refuse it and free its time; declined already, it is returned as it is.

    Raises RequestAnswered, RequestLapsed, ServiceBusy.
    """
    current = _open_request(appointment, Status.DECLINED, now)
    if current.status == Status.REQUESTED:
        _close(current, Status.DECLINED, now)
        _record(current, ChangeKind.DECLINED, actor, now, message)
    return current


def lapse_requests(*, now: datetime) -> int:
    """Free the times of requests that nobody answered in time. Returns how many.

    Each in a transaction of its own; what somebody is answering at this moment is left to them.
    """
    due = _overdue(now).order_by("answer_by").values_list("pk", flat=True)
    return sum(_lapse(pk, now) for pk in due)


@transaction.atomic
def _lapse(pk: int, now: datetime) -> bool:
    rows = _overdue(now).select_for_update(of=("self",), skip_locked=True)
    current = rows.filter(pk=pk).first()
    if current is None:
        return False
    _close(current, Status.LAPSED, now)
    _record(current, ChangeKind.LAPSED, None, now)
    return True


def _overdue(now: datetime) -> AppointmentQuerySet:
    """Also what the desk has moved to before its deadline."""
    late = Q(answer_by__lte=now) | Q(starts_at__lte=now)
    return Appointment.objects.filter(late, status=Status.REQUESTED)


def _open_request(appointment: Appointment, wished: Status, now: datetime) -> Appointment:
    """The visit's row, locked: still a request, or answered as wished before."""
    current = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if current.status == wished and _was_request(current):
        return current
    if current.status == Status.LAPSED:
        raise RequestLapsed
    if current.status != Status.REQUESTED:
        raise RequestAnswered
    if current.starts_at <= now or (current.answer_by is not None and current.answer_by <= now):
        raise RequestLapsed
    return current


def _was_request(current: Appointment) -> bool:
    kinds = [ChangeKind.ACCEPTED, ChangeKind.DECLINED]
    return current.changes.filter(kind__in=kinds).exists()


def _close(current: Appointment, status: Status, now: datetime) -> None:
    current.status, current.cancelled_at = status, now
    current.sequence += 1
    current.save(update_fields=["status", "cancelled_at", "sequence"])


def _record(
    current: Appointment, kind: ChangeKind, actor: User | None, now: datetime, message: str = ""
) -> None:
    record_change(
        current,
        kind=kind,
        actor=actor,
        at=now,
        from_status=Status.REQUESTED,
        by_desk=actor is not None,
        message=message,
    )
