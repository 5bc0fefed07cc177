"""A copy of one's data: asked for on a page, made by a worker, fetched by its owner."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.audit import note_export
from accounts.models import User
from core.db import violation_as
from privacy.bundles import bundle_of
from privacy.collecting.base import Asking
from privacy.letters import export_ready
from privacy.models import DataExport
from privacy.refusals import ExportPending, TooManyExports

logger = logging.getLogger(__name__)
PENDING = "dataexport_one_at_a_time"


@transaction.atomic
def request_export(*, account: User, now: datetime) -> DataExport:
    """Raises ExportPending, TooManyExports."""
    User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=account.pk)
    lately = account.exports.filter(requested_at__gt=now - timedelta(days=1))
    if lately.filter(ready_at__isnull=True, failed_at__isnull=True).exists():
        raise ExportPending
    if lately.count() >= settings.EXPORTS_PER_DAY:
        raise TooManyExports
    with violation_as({PENDING: ExportPending()}):
        return DataExport.objects.create(account=account, requested_at=now)


def make_due_exports(*, now: datetime) -> int:
    """Each in a transaction of its own: whoever dies leaves it to the next one."""
    made = 0
    while _make_next(now):
        made += 1
    return made


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
def _make_next(now: datetime) -> bool:
    export = (
        DataExport.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("account")
        .filter(ready_at__isnull=True, failed_at__isnull=True, account__erased_at__isnull=True)
        .order_by("requested_at", "pk")
        .first()
    )
    if export is None:
        return False
    try:
        with transaction.atomic():
            _fill(export, now)
    except Exception:
        logger.exception("export not made", extra={"export_id": export.pk})
        export.failed_at = now
        export.save(update_fields=["failed_at"])
    return True


def _fill(export: DataExport, now: datetime) -> None:
    content = bundle_of(Asking(export.account, now))
    export.content = content
    export.size, export.sha256 = len(content), hashlib.sha256(content).hexdigest()
    export.ready_at, export.expires_at = now, now + timedelta(days=settings.EXPORT_DAYS)
    export.save(update_fields=["content_sealed", "size", "sha256", "ready_at", "expires_at"])
    export_ready(export)
