"""A copy of one's data: asked for on a page, made by a worker, fetched by its owner."""

import hashlib
import logging
from datetime import datetime, timedelta
from time import monotonic

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet

from accounts.audit import note_export
from accounts.models import User
from core.db import violation_as
from privacy.bundles import bundle_of
from privacy.collecting.base import Asking
from privacy.letters import export_failed, export_ready
from privacy.models import DataExport
from privacy.refusals import ExportPending, TooManyExports

logger = logging.getLogger(__name__)
PENDING = "dataexport_one_at_a_time"
RUN_SECONDS = 30
# Longer than a task may take: whoever began it has ended by then, or died.
RETRY_AFTER = timedelta(minutes=5)
MOST_ATTEMPTS = 3
# Of time, or of the database: nothing is wrong with the copy itself.
INTERRUPTIONS = (SoftTimeLimitExceeded, OperationalError)


@transaction.atomic
def request_export(*, account: User, now: datetime) -> DataExport:
    """One that failed counts for nothing. Raises ExportPending, TooManyExports."""
    User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=account.pk)
    lately = account.exports.filter(requested_at__gt=now - timedelta(days=1), failed_at=None)
    if lately.filter(ready_at=None).exists():
        raise ExportPending
    if lately.count() >= settings.EXPORTS_PER_DAY:
        raise TooManyExports
    with violation_as({PENDING: ExportPending()}):
        return DataExport.objects.create(account=account, requested_at=now)


def make_due_exports(*, now: datetime) -> int:
    """Each in a transaction of its own. None is begun after RUN_SECONDS, so that each has most of
    a task's time. One that is interrupted waits for another run and stands in no other's way.
    Returns how many came to their end, made or failed.
    """
    until, ended = monotonic() + RUN_SECONDS, 0
    while (pk := _claim(now)) is not None:
        try:
            ended += _make(pk, now)
        except INTERRUPTIONS:
            logger.exception("export interrupted", extra={"export_id": pk})
            break
        if monotonic() >= until:
            break
    return ended


def open_export(*, export: DataExport, actor: User, now: datetime) -> bytes | None:
    """What its owner downloads, noted; None once it is over. Raises Unreadable."""
    if not is_open(export, now):
        return None
    content = export.content
    note_export(actor, "export", at=now)
    return content


def is_open(export: DataExport, now: datetime) -> bool:
    return bool(export.expires_at and now < export.expires_at and export.content_sealed)


@transaction.atomic
def _claim(now: datetime) -> int | None:
    """The next one, for as long as RETRY_AFTER. That it was begun is stored first: whoever dies of
    it cannot say so. What was tried least comes first.
    """
    due = Q(tried_at=None) | Q(tried_at__lte=now - RETRY_AFTER)
    pending = _pending().filter(due).order_by("attempts", "requested_at", "pk").first()
    if pending is None:
        return None
    pending.attempts, pending.tried_at = pending.attempts + 1, now
    pending.save(update_fields=["attempts", "tried_at"])
    return pending.pk


@transaction.atomic
def _make(pk: int, now: datetime) -> bool:
    """The row stays locked until its letter is written: whoever erases the account waits for it."""
    export = _pending().filter(pk=pk).first()
    if export is None:
        return False
    if export.attempts > MOST_ATTEMPTS:
        logger.error("export given up", extra={"export_id": pk})
        _fail(export, now)
        return True
    try:
        with transaction.atomic():
            _fill(export, now)
    except INTERRUPTIONS:
        raise
    except Exception:
        logger.exception("export not made", extra={"export_id": pk})
        _fail(export, now)
    return True


def _pending() -> QuerySet[DataExport]:
    """What nobody else works at."""
    rows = DataExport.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.select_related("account").filter(
        ready_at__isnull=True, failed_at__isnull=True, account__erased_at__isnull=True
    )


def _fail(export: DataExport, now: datetime) -> None:
    export.failed_at = now
    export.save(update_fields=["failed_at"])
    export_failed(export)


def _fill(export: DataExport, now: datetime) -> None:
    content = bundle_of(Asking(export.account, now))
    export.content = content
    export.size, export.sha256 = len(content), hashlib.sha256(content).hexdigest()
    export.ready_at, export.expires_at = now, now + timedelta(days=settings.EXPORT_DAYS)
    export.save(update_fields=["content_sealed", "size", "sha256", "ready_at", "expires_at"])
    export_ready(export)
