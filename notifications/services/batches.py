"""A batch of messages with everything that deciding and writing will look at: some few questions
for all of them, so that a worker's time goes into sending.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, OuterRef, Subquery

from appointments.enums import ChangeKind, Status
from appointments.models import Appointment, AppointmentChange
from notifications.enums import REMINDERS, Channel, State
from notifications.models import Message
from notifications.readers import RELATED, local_date

BATCH = 50
# Of a batch; a message in hand has its own.
BATCH_LEASE = timedelta(seconds=30)
# An array is made once. Of `IN (...)` a planner that knows nothing of the table yet, as after a
# restore, makes a loop that asks anew for each row.
CLAIM = """
UPDATE notifications_message
SET next_try_at = %(until)s, lapses = lapses + (state = 'sending')::int,
    state = CASE state WHEN 'sending' THEN 'failed' ELSE state END
WHERE id = ANY (ARRAY(
    SELECT id FROM notifications_message
    WHERE state IN ('planned', 'failed', 'sending') AND next_try_at <= %(now)s
      AND channel <> ALL (%(without)s)
    ORDER BY next_try_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
))
RETURNING id
"""
PASSENGER = ("visit__doctor", "visit__clinic__city", "visit__patient__account")
# Zones reach from UTC-12 to UTC+14: visits of one date are not further apart.
AROUND = timedelta(days=1, hours=14)


def claim(*, now: datetime, without: Iterable[Channel] = ()) -> list[Message]:
    """Take what has been due the longest for this process alone, for the time of the lease. A doubt
    is counted by whoever comes next after it, and once: it is a message to be retried then.
    """
    until = now + BATCH_LEASE
    values: dict[str, Any] = {
        "now": now,
        "until": until,
        "without": [str(channel) for channel in without],
        "batch": BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        ids = [pk for (pk,) in cursor.fetchall()]
    return load(ids, until) if ids else []


def load(ids: Iterable[int], until: datetime) -> list[Message]:
    """The messages that are still ours, the longest due first."""
    lines = AppointmentChange.objects.filter(appointment=OuterRef("visit")).order_by()
    moves = lines.filter(kind=ChangeKind.RESCHEDULED).order_by("-id")
    rows = Message.objects.filter(pk__in=ids, next_try_at=until)
    batch: list[Message] = list(
        rows.select_related("change__series_line__act", "event", *RELATED)
        .annotate(
            visit_changed_at=Subquery(
                lines.values("appointment").annotate(last=Max("at")).values("last")
            ),
            visit_moved_by_desk=Subquery(moves.values("by_desk")[:1]),
        )
        .order_by("due_at", "pk")
    )
    reminders = [message for message in batch if message.kind in REMINDERS]
    if reminders:
        _bring_company(reminders)
    return batch


def _bring_company(reminders: list[Message]) -> None:
    """`riders`: messages that go with each; `is_alone`: whether its reader has no other visit on
    that date, as far as was known a moment ago.
    """
    riders: dict[int, list[Message]] = defaultdict(list)
    rows = Message.objects.filter(carrier__in=reminders, state=State.SUPPRESSED)
    for row in rows.select_related(*PASSENGER):
        riders[row.carrier_id or 0].append(row)
    days = _days_of(reminders)
    for message in reminders:
        assert message.visit is not None
        message.riders = riders[message.pk]
        is_only = len(days[reader_key(message.visit), _date(message.visit)]) < 2
        # On our own pages each visit has a line of its own.
        message.is_alone = is_only or message.channel == Channel.INBOX


def _days_of(reminders: list[Message]) -> dict[tuple[str, Any], set[int]]:
    """Standing visits by reader and date, of the readers of these messages."""
    visits = [message.visit for message in reminders if message.visit]
    first = min(visit.starts_at for visit in visits) - AROUND
    last = max(visit.starts_at for visit in visits) + AROUND
    near = Appointment.objects.filter(status=Status.BOOKED, starts_at__gt=first, starts_at__lt=last)
    days: dict[tuple[str, Any], set[int]] = defaultdict(set)
    accounts = {v.patient.account_id for v in visits if v.patient and v.patient.account_id}
    strangers = {v.patient_id for v in visits if v.patient and not v.patient.account_id}
    columns = ("pk", "starts_at", "clinic__zone", "patient__account", "patient")
    for who in ({"patient__account__in": accounts}, {"patient__in": strangers}):
        if any(who.values()):
            for pk, at, zone, account, patient in near.filter(**who).values_list(*columns):
                key = f"account:{account}" if account else f"patient:{patient}"
                days[key, local_date(at, zone)].add(pk)
    return days


def reader_key(visit: Appointment) -> str:
    """One for each person who reads what is written to patients."""
    assert visit.patient is not None
    account = visit.patient.account_id
    return f"account:{account}" if account else f"patient:{visit.patient_id}"


def _date(visit: Appointment) -> Any:
    return local_date(visit.starts_at, visit.zone)
