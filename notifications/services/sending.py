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
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core.clock import current_time
from core.models import StoredMail
from notifications.channels.base import TryLater, Undeliverable, Unreachable
from notifications.deciding import Drop, Send, Wait, decide
from notifications.enums import REMINDERS, Channel, State
from notifications.models import Message
from notifications.services.addresses import Refusals
from notifications.services.batches import claim
from notifications.services.falling_back import fall_back
from notifications.services.joining import board, hold, release
from notifications.services.transports import Transports

logger = logging.getLogger(__name__)
# Of a message in hand: longer than a task may run (see tasks.relay).
LEASE = timedelta(seconds=50)
RUN_SECONDS = 20
FIRST_RETRY = timedelta(seconds=10)
# Short, so that after a long silence of the mail server everything is out within minutes.
LONGEST_RETRY = timedelta(minutes=3)
MAX_ATTEMPTS = 480  # about a day at the longest wait
MAX_LAPSES = 2
TAKE = """
UPDATE notifications_message m
SET state = 'sending', attempts = attempts + 1, address = %(address)s,
    recipient_id = %(recipient)s, next_try_at = %(until)s
WHERE m.id = %(id)s AND m.state = %(state)s AND m.next_try_at = %(lease)s
"""
# A reminder only of a visit that is as it was when the message was decided about.
AS_IT_WAS = """
  AND EXISTS (SELECT FROM appointments_appointment a
              WHERE a.id = m.visit_id AND a.sequence = m.version AND a.status = 'booked')
"""
SENT = """
UPDATE notifications_message SET state = 'sent', sent_at = %(sent_at)s, last_error = ''
WHERE id = %(sent_id)s AND state = 'sending' AND next_try_at = %(sent_lease)s
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


def _send_batch(batch: list[Message], transports: Transports, deadline: float) -> int:
    hand = Hand(transports, Refusals(batch, now=current_time()))
    try:
        for message in batch:
            channel = Channel(message.channel)
            if channel in transports.away or time.monotonic() >= deadline:
                _let_go(message)
                continue
            try:
                _handle(message, hand)
            except Unreachable as trouble:
                logger.warning("%s unreachable: %s", channel, trouble)
                transports.away.add(channel)
    finally:
        hand.settle()
    return hand.sent


class Hand:
    """What a worker has in hand. That a message was taken is written down together with the taking
    of the next one: one commit for both, and no more than one message in doubt.
    """

    def __init__(self, transports: Transports, refusals: Refusals) -> None:
        self.transports, self.refusals = transports, refusals
        self.sent = 0
        self._delivered: dict[str, Any] = {}

    def has_delivered(self, message: Message) -> None:
        self.sent += 1
        self.refusals.clear(message)
        if message.mail_id:
            _finish(message, State.SENT, sent_at=current_time(), last_error="")
        else:
            self._delivered = {
                "sent_id": message.pk,
                "sent_lease": message.next_try_at,
                "sent_at": current_time(),
            }

    def take(self, sql: str, values: dict[str, Any]) -> bool:
        delivered, self._delivered = self._delivered, {}
        if delivered:
            sql = f"WITH sent AS ({SENT}) {sql}"
        return execute(sql, values | delivered) == 1

    def settle(self) -> None:
        if self._delivered:
            execute(SENT, self._delivered)
            self._delivered = {}


def _handle(message: Message, hand: Hand) -> None:
    """Whatever becomes of it, it is marked. Raises Unreachable, once it is."""
    if message.lapses >= MAX_LAPSES:
        logger.error("message lost twice", extra={"message_id": str(message.public_id)})
        _finish(message, State.UNKNOWN)
        return
    try:
        decision = decide(message, now=current_time(), is_refused=hand.refusals.is_refused)
    except Exception as error:
        logger.exception("message not decided", extra={"message_id": str(message.public_id)})
        _retry_later(message, type(error).__name__, attempts=message.attempts + 1)
        return
    if isinstance(decision, Wait):
        _mark(message, state=State.PLANNED, next_try_at=decision.until)
    elif isinstance(decision, Drop):
        _drop(message, decision)
    elif take(message, decision, hand, now=current_time()):
        if message.channel == Channel.INBOX:
            hand.has_delivered(message)
        else:
            _hand_over(message, decision, hand)


def take(message: Message, decision: Send, hand: Hand, *, now: datetime) -> bool:
    """Mark it as in hand, unless it is not ours any more or goes with another. Where a reminder's
    visit has changed since it was read, it is left for the next claim to decide anew.
    """
    reader = decision.reader
    recipient = reader.account if reader else message.recipient
    values: dict[str, Any] = {
        "id": message.pk,
        "state": message.state,
        "lease": message.next_try_at,
        "until": now + LEASE,
        "address": decision.address,
        "recipient": recipient.pk if recipient else None,
    }
    is_reminder = message.kind in REMINDERS
    if is_reminder and not message.is_alone:
        hand.settle()
        taken = board(message, TAKE, values, now=now)
    else:
        taken = hand.take(TAKE + AS_IT_WAS if is_reminder else TAKE, values)
        if not taken and is_reminder:
            _let_go(message)
    if taken:
        message.state, message.next_try_at = State.SENDING, values["until"]
        message.address, message.recipient = decision.address, recipient
        message.attempts += 1
    return taken


def _hand_over(message: Message, decision: Send, hand: Hand) -> None:
    """Raises Unreachable."""
    try:
        transport = hand.transports.of(Channel(message.channel))
        transport.deliver(transport.compose(message, decision.reader))
    except Unreachable as trouble:
        _retry_later(message, str(trouble))
        raise
    except TryLater as trouble:
        _retry_later(message, str(trouble))
    except Undeliverable as refusal:
        if refusal.is_address:
            hand.refusals.mark(message, str(refusal), now=current_time())
        _give_up(message, str(refusal))
    except Exception as error:
        logger.exception("message not sent", extra={"message_id": str(message.public_id)})
        _retry_later(message, type(error).__name__)
    else:
        hand.has_delivered(message)


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


def execute(sql: str, values: dict[str, Any]) -> int:
    """How many rows. What is done to each message is written out: as the ORM's it would cost as
    much as the mail.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _mark(message: Message, **fields: object) -> bool:
    """Compare-and-swap: only the holder of the lease may say what became of the message."""
    mine = Message.objects.filter(
        pk=message.pk, state=message.state, next_try_at=message.next_try_at
    )
    return bool(mine.update(**fields))
