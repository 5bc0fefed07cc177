"""From the ledger to the world: claim a few, decide about each, hand it over, mark it.

A claim is a lease on a batch, by one statement; it says nothing about any message but that nobody
else takes it now. Just before a message is handed over it is marked `sending`, and committed: a
worker that dies leaves a doubt about that one message, not about the others of its batch. It is
sent once more with the same Message-ID, and if that happens twice it is marked unknown for people
to look at (docs/adr/0010).
"""

import logging
import random
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core.clock import current_time
from core.models import StoredMail
from notifications.channels.base import Transport, TryLater, Undeliverable, Unreachable
from notifications.deciding import Drop, Send, Wait, decide
from notifications.enums import REMINDERS, Channel, State
from notifications.models import Message
from notifications.readers import RELATED
from notifications.services.addresses import Refusals
from notifications.services.falling_back import fall_back
from notifications.services.joining import board, hold, release
from notifications.services.transports import Transports

logger = logging.getLogger(__name__)
BATCH = 50
# Of a batch, and of a message in hand: longer than a task may run (see tasks.relay).
BATCH_LEASE = timedelta(seconds=30)
LEASE = timedelta(seconds=50)
RUN_SECONDS = 20
FIRST_RETRY = timedelta(seconds=10)
# Short, so that after a long silence of the mail server everything is out within minutes.
LONGEST_RETRY = timedelta(minutes=3)
MAX_ATTEMPTS = 480  # about a day at the longest wait
MAX_LAPSES = 2
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


def send_due() -> int:
    """Send what is due until nothing is, or the run's time is over. A channel that is away is
    left alone for the rest of the run. Returns how many were taken.
    """
    deadline = time.monotonic() + RUN_SECONDS
    transports = Transports()
    sent = 0
    try:
        while time.monotonic() < deadline:
            batch = claim(now=current_time(), without=transports.away)
            if not batch:
                break
            sent += _send_batch(batch, transports, deadline)
    finally:
        transports.close()
    return sent


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
    if not ids:
        return []
    rows = Message.objects.select_related("change", "mail", "event", *RELATED)
    return list(rows.filter(pk__in=ids, next_try_at=until).order_by("due_at", "pk"))


def _send_batch(batch: list[Message], transports: Transports, deadline: float) -> int:
    refusals = Refusals(batch, now=current_time())
    sent = 0
    for message in batch:
        channel = Channel(message.channel)
        if channel in transports.away or time.monotonic() >= deadline:
            _let_go(message)
            continue
        try:
            sent += _handle(message, transports, refusals)
        except Unreachable as trouble:
            logger.warning("%s unreachable: %s", channel, trouble)
            transports.away.add(channel)
    return sent


def _handle(message: Message, transports: Transports, refusals: Refusals) -> bool:
    """Whether it was taken. Raises Unreachable, once the message is marked."""
    if message.lapses >= MAX_LAPSES:
        logger.error("message lost twice", extra={"message_id": str(message.public_id)})
        _finish(message, State.UNKNOWN)
        return False
    try:
        decision = decide(message, now=current_time(), is_refused=refusals.is_refused)
    except Exception as error:
        logger.exception("message not decided", extra={"message_id": str(message.public_id)})
        _retry_later(message, type(error).__name__, attempts=message.attempts + 1)
        return False
    if isinstance(decision, Wait):
        _mark(message, state=State.PLANNED, next_try_at=decision.until)
        return False
    if isinstance(decision, Drop):
        _drop(message, decision)
        return False
    if not take(message, decision, now=current_time()):
        return False
    if message.channel == Channel.INBOX:
        return _finish(message, State.SENT, sent_at=current_time())
    return _hand_over(message, decision, transports.of(Channel(message.channel)), refusals)


def take(message: Message, decision: Send, *, now: datetime) -> bool:
    """Mark it as in hand, unless it is not ours any more or goes with another. Where a reminder's
    visit has changed since it was read, it is left for the next claim to decide anew.
    """
    fields = {
        "state": State.SENDING,
        "attempts": message.attempts + 1,
        "address": decision.address,
        "recipient": decision.reader.account if decision.reader else message.recipient,
        "next_try_at": now + LEASE,
    }
    if message.kind in REMINDERS:
        taken = board(message, fields, now=now)
    else:
        mine = Message.objects.filter(
            pk=message.pk, state=message.state, next_try_at=message.next_try_at
        )
        taken = bool(mine.update(**fields))
    if taken:
        for name, value in fields.items():
            setattr(message, name, value)
    return taken


def _hand_over(message: Message, decision: Send, transport: Transport, refusals: Refusals) -> bool:
    """Whether the transport took it; it is marked either way. Raises Unreachable."""
    try:
        transport.deliver(transport.compose(message, decision.reader))
    except Unreachable as trouble:
        _retry_later(message, str(trouble))
        raise
    except TryLater as trouble:
        _retry_later(message, str(trouble))
    except Undeliverable as refusal:
        if refusal.is_address:
            refusals.mark(message, str(refusal), now=current_time())
        _give_up(message, str(refusal))
    except Exception as error:
        logger.exception("message not sent", extra={"message_id": str(message.public_id)})
        _retry_later(message, type(error).__name__)
    else:
        refusals.clear(message)
        return _finish(message, State.SENT, sent_at=current_time(), last_error="")
    return False


def _retry_later(message: Message, trouble: str, attempts: int | None = None) -> None:
    attempts = message.attempts if attempts is None else attempts
    if attempts >= MAX_ATTEMPTS:
        _give_up(message, trouble)
        return
    wait = min(FIRST_RETRY * 2 ** min(max(attempts - 1, 0), 10), LONGEST_RETRY)
    jitter = random.uniform(0.8, 1.2)
    _mark(
        message,
        state=State.FAILED,
        attempts=attempts,
        next_try_at=current_time() + wait * jitter,
        last_error=trouble,
    )


@transaction.atomic
def _give_up(message: Message, trouble: str) -> None:
    """For good on this channel: the next one of its reader's is to say it."""
    hold([message.pk])
    if not _finish(message, State.GIVEN_UP, last_error=trouble):
        return
    if fall_back(message, now=current_time()) is None:
        message.passengers.filter(state=State.SUPPRESSED).update(
            state=State.GIVEN_UP, why="", last_error=trouble
        )


@transaction.atomic
def _drop(message: Message, decision: Drop) -> None:
    hold([message.pk])
    if not _mark(message, state=State.SUPPRESSED, why=decision.why):
        return
    if decision.asks_for_another_channel and fall_back(message, now=current_time()):
        return
    release([message.pk])


def _finish(message: Message, state: State, **fields: object) -> bool:
    """The last word on a message. The text of a stored mail, which may hold a code, goes too."""
    if not message.mail_id:
        return _mark(message, state=state, **fields)
    with transaction.atomic():
        done = _mark(message, state=state, **fields)
        if done:
            wiped = {"text": "", "html": "", "wiped_at": current_time()}
            StoredMail.objects.filter(pk=message.mail_id).update(**wiped)
    return done


def _let_go(message: Message) -> None:
    """Unharmed, for whoever claims next."""
    _mark(message, next_try_at=min(message.due_at, message.next_try_at))


def _mark(message: Message, **fields: object) -> bool:
    """Compare-and-swap: only the holder of the lease may say what became of the message."""
    mine = Message.objects.filter(
        pk=message.pk, state=message.state, next_try_at=message.next_try_at
    )
    return bool(mine.update(**fields))
