"""From the outbox to the ledger."""

import logging
from datetime import datetime

from django.db import transaction

from core.models import Event
from notifications.handlers import messages_of
from notifications.models import Message

logger = logging.getLogger(__name__)
BATCH = 200


def plan_messages(*, now: datetime) -> int:
    """Turn unprocessed events into messages; returns how many events were processed.

    Safe in several processes at once. An event whose handler fails is logged, left for later and
    does not stop the others.
    """
    total = 0
    after = 0
    while True:
        with transaction.atomic():
            events = list(
                Event.objects.select_for_update(skip_locked=True)
                .filter(processed_at__isnull=True, pk__gt=after)
                .order_by("pk")[:BATCH]
            )
            done = [event.pk for event in events if _plan(event)]
            Event.objects.filter(pk__in=done).update(processed_at=now)
        total += len(done)
        if len(events) < BATCH:
            return total
        after = events[-1].pk


def _plan(event: Event) -> bool:
    try:
        with transaction.atomic():
            Message.objects.bulk_create(messages_of(event), ignore_conflicts=True)
    except Exception:
        logger.exception("event not planned", extra={"event_id": event.pk})
        return False
    return True
