"""From the outbox to the ledger."""

import logging
from datetime import datetime, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Exists, OuterRef

from appointments.enums import Status
from appointments.models import Appointment
from core.models import Event
from notifications.enums import REMINDERS, Kind, State, Why
from notifications.handlers import (
    WITH_READERS,
    digests_of,
    messages_of,
    reminders_of,
)
from notifications.models import Message, MessageQuerySet
from notifications.services.joining import hold, release

logger = logging.getLogger(__name__)
BATCH = 200
# How far `plan_missing` looks: the first reminder leaves seven days before.
AHEAD = timedelta(days=8)
# What a visit that is not what it was takes its reminders back with, or the question of how it was.
WITHDRAWN = {
    "appointment.rescheduled": Why.MOVED,
    "appointment.cancelled": Why.CANCELLED,
    "appointment.declined": Why.CANCELLED,
    "appointment.lapsed": Why.CANCELLED,
    "appointment.no_show": Why.CORRECTED,
    "appointment.unrecorded": Why.CORRECTED,
}


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
            digests: list[Message] = []
            done = [event for event in events if _plan(event, digests)]
            _save_digests(digests)
            _withdraw([event for event in done if event.name in WITHDRAWN])
            Event.objects.filter(pk__in=[e.pk for e in done]).update(processed_at=now)
        total += len(done)
        if len(events) < BATCH:
            return total
        after = events[-1].pk


def _plan(event: Event, digests: list[Message]) -> bool:
    """`digests` grows by those of the days that the event touches."""
    try:
        with transaction.atomic():
            rows = messages_of(event)
            digests += [row for row in rows if row.kind == Kind.DIGEST]
            _save([row for row in rows if row.kind != Kind.DIGEST])
    except Exception:
        logger.exception("event not planned", extra={"event_id": event.pk})
        return False
    return True


def _save(rows: list[Message]) -> None:
    Message.objects.bulk_create(rows, ignore_conflicts=True)


def _save_digests(rows: list[Message]) -> None:
    """Of a day there is one, whoever plans it: in one order for everybody, or two planners would
    wait for each other's.
    """
    keys = {(row.doctor_id, row.day, row.recipient_id, row.channel): row for row in rows}
    _save([keys[key] for key in sorted(keys, key=str)])


def _withdraw(events: list[Event]) -> None:
    """Reminders of what the visits were before; what was to go with them goes by itself. Those
    that a worker has in hand it asks about.
    """
    old = {event: list(_outdated(event).values_list("pk", flat=True)) for event in events}
    hold(chain.from_iterable(old.values()))
    for event, ids in old.items():
        # As they are under the lock: a worker may have had one in hand, or sent it, meanwhile.
        gone = list(_outdated(event).filter(pk__in=ids).values_list("pk", flat=True))
        rows = Message.objects.filter(pk__in=gone)
        rows.update(state=State.SUPPRESSED, why=WITHDRAWN[event.name])
        release(gone)


def _outdated(event: Event) -> MessageQuerySet:
    if WITHDRAWN[event.name] == Why.CORRECTED:
        return _questions(event)
    old = Message.objects.filter(
        visit__public_id=event.subject_id,
        kind__in=REMINDERS,
        state__in=[State.PLANNED, State.FAILED],
        change__isnull=True,
    )
    version = Appointment.objects.filter(public_id=event.subject_id).values("sequence")[:1]
    standing = Appointment.objects.filter(public_id=event.subject_id, status=Status.BOOKED)
    if standing.exists():
        old = old.exclude(version=version)
    return old


def _questions(event: Event) -> MessageQuerySet:
    """Unless it was put right once more meanwhile."""
    return Message.objects.filter(
        visit__public_id=event.subject_id,
        kind=Kind.FEEDBACK,
        state__in=[State.PLANNED, State.FAILED],
    ).exclude(visit__status=Status.ATTENDED)


def plan_missing(*, now: datetime) -> int:
    """Reminders and digests of coming visits that have none: from before there were any, from a
    copy of the database, or written past the services. Returns how many visits got some.
    """
    planned = Message.objects.filter(
        visit=OuterRef("pk"), version=OuterRef("sequence"), kind__in=REMINDERS
    )
    visits = (
        Appointment.objects.filter(
            status=Status.BOOKED, starts_at__gt=now, starts_at__lt=now + AHEAD
        )
        .exclude(Exists(planned))
        .select_related(*WITH_READERS)
        .order_by("pk")
    )
    total = 0
    for visit in visits.iterator(chunk_size=BATCH):
        rows = list(reminders_of(visit, since=now))
        _save(rows)
        _save_digests(list(digests_of(visit, since=now)))
        total += bool(rows)
    return total
