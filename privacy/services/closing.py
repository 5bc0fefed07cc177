"""An account is closed: asked for by its owner, taken back for some hours, then emptied."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.audit import note
from accounts.enums import AuditAct
from accounts.models import User
from appointments.enums import Status
from appointments.models import Appointment, BookingDraft, WaitingEntry
from appointments.refusals import FeeToTell
from appointments.services.cancelling import cancel_appointment
from appointments.services.waiting_entries import leave_waiting
from clinics.models import Assistant, AssistantQuerySet
from clinics.services.publishing import unpublish_doctor
from clinics.services.reception import end_assistant
from doctors.models import Doctor
from privacy.belonging import proved_addresses
from privacy.erasing import erase
from privacy.keeping import duty_of_doctor
from privacy.letters import closing_asked, closing_stopped, closing_withdrawn
from privacy.models import Closing, Custody
from privacy.obstacles import Matter, obstacles_of
from privacy.refusals import (
    ClosingPending,
    NoRecords,
    NothingToKeep,
    SomethingToSettle,
    TooLate,
)

logger = logging.getLogger(__name__)
AT_ONCE = 20
# The reception leaves with the doctor.
SETTLED_BY_CUSTODY = frozenset({Matter.RECORDS, Matter.TEAM})


def pending_of(user: User) -> Closing | None:
    return user.closings.filter(withdrawn_at=None, done_at=None).first()


@transaction.atomic
def request_closing(*, account: User, now: datetime) -> Closing:
    """Asked for twice, it is asked for once. Raises SomethingToSettle."""
    _lock(account)
    known = pending_of(account)
    if known is not None:
        return known
    if obstacles_of(account, now):
        raise SomethingToSettle
    due = now + timedelta(hours=settings.CLOSING_HOURS)
    closing = Closing.objects.create(account=account, requested_at=now, due_at=due)
    closing_asked(closing)
    return closing


@transaction.atomic
def close_into_custody(
    *, account: User, custodian: str, reason: str, by: User, now: datetime
) -> Closing:
    """Of a doctor with records that a law has kept: the team agreed on who keeps them. The profile
    is hidden at once. Raises NoRecords, ClosingPending, SomethingToSettle: visits are to come.
    """
    _lock(account)
    doctor = Doctor.objects.filter(user=account).first()
    duty = duty_of_doctor(doctor, now) if doctor is not None else None
    if doctor is None or duty is None:
        raise NoRecords
    if pending_of(account) is not None:
        raise ClosingPending
    unpublish_doctor(doctor=doctor, actor=by, now=now)
    if _left_to_settle(account, now, SETTLED_BY_CUSTODY):
        raise SomethingToSettle
    due = now + timedelta(hours=settings.CLOSING_HOURS)
    closing = Closing.objects.create(account=account, requested_at=now, due_at=due)
    custody = Custody(closing=closing, agreed_by=by, agreed_at=now, country=duty.country,
                      source=duty.source, keep_until=duty.until)  # fmt: skip
    custody.custodian, custody.reason = custodian, reason
    custody.save()
    note(AuditAct.ROLE, person=account, actor=by, at=now, what="doctor.custody")
    closing_asked(closing, is_into_custody=True)
    return closing


@transaction.atomic
def withdraw_closing(*, account: User, now: datetime) -> Closing:
    """The account stays. Raises NothingToKeep: nobody asked, or it was taken back already;
    TooLate: somebody may be cancelling the visits at this moment.
    """
    _lock(account)
    closing = pending_of(account)
    if closing is None:
        raise NothingToKeep
    if now >= closing.due_at:
        raise TooLate
    closing.withdrawn_at = now
    closing.save(update_fields=["withdrawn_at"])
    closing_withdrawn(closing)
    return closing


def close_due(*, now: datetime) -> int:
    """Each by itself: one that fails is tried again at the next run and stands in no other's way.
    Returns how many accounts were closed.
    """
    due = Closing.objects.filter(withdrawn_at=None, done_at=None, due_at__lte=now)
    closed = 0
    for pk in list(due.order_by("due_at", "pk").values_list("pk", flat=True)):
        try:
            closed += _close(pk, now)
        except Exception:
            logger.exception("account not closed", extra={"closing_id": pk})
        if closed >= AT_ONCE:
            break
    return closed


def _close(pk: int, now: datetime) -> bool:
    """First the person leaves, by the services that tell others and free times; each stays done,
    since from `due_at` on nobody takes the closing back. Then, at once, the account is emptied.
    """
    closing = Closing.objects.select_related("account").get(pk=pk)
    if not _is_still_to_be_done(closing, now):
        return False
    _leave(closing.account, now)
    with transaction.atomic():
        if not _is_still_to_be_done(closing, now):
            return False
        account = User.objects.get(pk=closing.account_id)
        # In the order of appointments.services.locks: who books for one of them waits, and is
        # refused.
        drafts = BookingDraft.objects.filter(account=account).order_by("pk")
        list(drafts.select_for_update(of=("self",)))
        list(account.patients.select_for_update(of=("self",)).order_by("pk"))
        _leave(account, now)
        erase(account, now)
        Closing.objects.filter(pk=pk).update(done_at=now)
    # Beside the database's backups: whoever restores one knows whom to close again, and who needs
    # a custodian again. Who that is stays out of the log.
    told = {"account": str(account.public_id), "is_custody": hasattr(closing, "custody")}
    logger.info("account closed", extra=told)
    return True


@transaction.atomic
def _is_still_to_be_done(closing: Closing, now: datetime) -> bool:
    """Whoever took on something since they asked keeps the account, and is told."""
    _lock(closing.account)
    waiting = Closing.objects.filter(pk=closing.pk, withdrawn_at=None, done_at=None)
    if not waiting.exists():
        return False
    settled = SETTLED_BY_CUSTODY if hasattr(closing, "custody") else frozenset()
    if not _left_to_settle(closing.account, now, settled):
        return True
    waiting.update(withdrawn_at=now)
    closing_stopped(closing)
    return False


def _left_to_settle(account: User, now: datetime, settled: frozenset[Matter]) -> bool:
    return any(one.matter not in settled for one in obstacles_of(account, now))


def _leave(account: User, now: datetime) -> None:
    assistants: AssistantQuerySet = Assistant.objects.current()
    own = Q(user=account) | Q(doctor__user=account)
    for email in proved_addresses(account):
        own |= Q(user=None, invitation__email__iexact=email)
    for work in assistants.filter(own).select_related("doctor"):
        end_assistant(assistant=work, by=account, now=now)
    for entry in WaitingEntry.objects.open().filter(patient__account=account).order_by("pk"):
        leave_waiting(entry=entry, actor=account, now=now)
    coming = Appointment.objects.for_account(account).upcoming(now).filter(starts_at__gt=now)
    for visit in coming:
        _cancel(visit, account, now)


def _cancel(visit: Appointment, account: User, now: datetime) -> None:
    """The page that asked for the closing told what a late cancellation costs; of a visit that was
    booked since, its own page did.
    """
    said: Any = {"appointment": visit, "actor": account, "now": now}
    status = Status.CANCELLED_BY_PATIENT
    try:
        cancel_appointment(status=status, **said)
    except FeeToTell as fee:
        cancel_appointment(status=status, told_fee=str(fee.fee), **said)


def _lock(account: User) -> None:
    User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=account.pk)
