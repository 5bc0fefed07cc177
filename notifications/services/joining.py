"""Several visits of one person on one day are reminded of by one message.

Outside of our own pages, where each visit keeps a line of its own: it leads to that visit.

The first that is due carries the others: they are marked as going with it in the transaction that
marks it as in hand, so that nobody else sends them meanwhile.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from appointments.enums import Status
from appointments.models import Appointment
from notifications.deciding import is_worth_sending
from notifications.enums import State, Why
from notifications.models import Message
from notifications.readers import RELATED, local_date
from notifications.services.batches import AROUND, PASSENGER


@transaction.atomic
def board(message: Message, take: str, values: dict[str, Any], *, now: datetime) -> bool:
    """Take the carrier by `take` with `values`, and along with it the others that would be sent
    themselves. False where the message is not its worker's any more, or its visit is not what it
    was when it was read.
    """
    assert message.visit is not None
    visits = _same_day(message.visit)
    if visits.get(message.visit_id or 0) != message.version:
        Message.objects.filter(
            pk=message.pk, state=message.state, next_try_at=message.next_try_at
        ).update(next_try_at=message.due_at)
        return False
    # In one order for everybody: two workers may have two of them in hand.
    rows = list(
        Message.objects.select_for_update(of=("self",))
        .filter(visit__in=visits, kind=message.kind, channel=message.channel, copy=message.copy)
        .select_related(*RELATED)
        .order_by("pk")
    )
    with connection.cursor() as cursor:
        cursor.execute(take, values)
        if cursor.rowcount != 1:
            return False
    others = [
        row.pk
        for row in rows
        if row.pk != message.pk
        and row.state in (State.PLANNED, State.FAILED)
        and is_worth_sending(row, now=now)
    ]
    joined = Message.objects.filter(pk__in=others)
    joined.update(state=State.SUPPRESSED, why=Why.JOINED, carrier=message)
    message.riders = list(message.passengers.select_related(*PASSENGER))
    return True


def hold(carriers: Iterable[int]) -> None:
    """Lock these rows and those that go with them, in the order that `board` keeps, too: nobody
    waits in a circle. In the caller's transaction, before it writes any of them.
    """
    wanted = list(carriers)
    rows = Message.objects.filter(Q(pk__in=wanted) | Q(carrier__in=wanted))
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def release(carriers: Iterable[int]) -> None:
    """The carriers are not sent: the others go by themselves. After `hold`."""
    Message.objects.filter(
        carrier__in=list(carriers), state=State.SUPPRESSED, why=Why.JOINED
    ).update(state=State.PLANNED, why="", carrier=None, next_try_at=F("due_at"))


def _same_day(visit: Appointment) -> dict[int, int]:
    """Standing visits of the same reader on the visit's date, each by its clinic's wall: their
    primary keys with their present version.
    """
    assert visit.patient is not None
    near = Appointment.objects.filter(
        status=Status.BOOKED,
        starts_at__gt=visit.starts_at - AROUND,
        starts_at__lt=visit.starts_at + AROUND,
    )
    if visit.patient.account_id is not None:
        near = near.filter(patient__account=visit.patient.account_id)
    else:
        near = near.filter(patient=visit.patient_id)
    day = local_date(visit.starts_at, visit.zone)
    rows = near.values_list("pk", "sequence", "starts_at", "clinic__zone")
    return {pk: version for pk, version, at, zone in rows if local_date(at, zone) == day}
