"""From the ledger to the mail server: claim, send, mark.

A row is claimed by a lease that is committed before the mail server hears of it. A worker that
dies after handing over and before marking leaves an unknown outcome: the row is sent once more
with the same Message-ID, and if that happens twice it is marked unknown for people to look at
(docs/adr/0010).
"""

import logging
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPConnectError, SMTPHeloError, SMTPServerDisconnected
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from core.models import StoredMail
from notifications.channels.email import Undeliverable, compose, deliver
from notifications.enums import State
from notifications.models import Message

logger = logging.getLogger(__name__)
BATCH = 10
LEASE = timedelta(seconds=60)
# A batch stops in time for its lease: what is left over goes back to the queue.
BATCH_SECONDS = 40
RUN_SECONDS = 60
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(minutes=10)
MAX_ATTEMPTS = 150  # about a day at the longest wait
MAX_LAPSES = 2
CONNECTION_TROUBLE = (ConnectionError, TimeoutError, SMTPConnectError, SMTPHeloError,
                      SMTPServerDisconnected)  # fmt: skip


def send_due() -> int:
    """Send what is due until nothing is, or the run has lasted a minute. Returns how many."""
    started = time.monotonic()
    sent = 0
    while time.monotonic() - started < RUN_SECONDS:
        batch = claim(now=timezone.now())
        if not batch:
            break
        done, connected = _send_batch(batch)
        sent += done
        if not connected:
            break
    return sent


@transaction.atomic
def claim(*, now: datetime) -> list[Message]:
    """Take up to BATCH due messages for this process alone, for the time of the lease."""
    due = Q(state__in=[State.PLANNED, State.FAILED], due_at__lte=now)
    lapsed = Q(state=State.SENDING, lease_until__lte=now)
    rows = list(
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(due | lapsed)
        .order_by("due_at", "pk")[:BATCH]
    )
    mine = []
    for message in rows:
        if message.state == State.SENDING:
            message.lapses += 1
        if message.lapses >= MAX_LAPSES:
            message.state = State.UNKNOWN
        else:
            message.state = State.SENDING
            message.lease_until = now + LEASE
            message.attempts += 1
            mine.append(message)
    Message.objects.bulk_update(rows, ["state", "lease_until", "attempts", "lapses"])
    return mine


def _send_batch(batch: Sequence[Message]) -> tuple[int, bool]:
    """Send over one kept connection. Returns how many, and whether the server could be reached."""
    configured: dict[str, Any] = settings.MAIL_TRANSPORT
    transport = get_connection(configured["backend"], **configured["options"])
    started = time.monotonic()
    sent = 0
    try:
        for index, message in enumerate(batch):
            if time.monotonic() - started > BATCH_SECONDS:
                _give_back(batch[index:], delay=timedelta(0))
                break
            try:
                sent += _send(message, transport)
            except CONNECTION_TROUBLE as error:
                logger.warning("mail server unreachable: %s", type(error).__name__)
                _retry_later(message, error)
                _give_back(batch[index + 1 :], delay=timedelta(seconds=2))
                return sent, False
    finally:
        _close(transport)
    return sent, True


def _send(message: Message, transport: BaseEmailBackend) -> int:
    """1 when the transport took it. Raises CONNECTION_TROUBLE; everything else is marked."""
    try:
        deliver(compose(message), transport)
    except CONNECTION_TROUBLE:
        raise
    except Undeliverable as error:
        _mark(message, state=State.GIVEN_UP, last_error=str(error)[:300])
        return 0
    except Exception as error:
        logger.exception("message not sent", extra={"message_id": str(message.public_id)})
        _retry_later(message, error)
        return 0
    now = timezone.now()
    with transaction.atomic():
        _mark(message, state=State.SENT, sent_at=now, last_error="")
        if message.mail_id:
            StoredMail.objects.filter(pk=message.mail_id).update(text="", html="", wiped_at=now)
    return 1


def _retry_later(message: Message, error: Exception) -> None:
    if message.attempts >= MAX_ATTEMPTS:
        _mark(message, state=State.GIVEN_UP, last_error=type(error).__name__)
        return
    wait = min(FIRST_RETRY * 2 ** min(message.attempts - 1, 10), LONGEST_RETRY)
    jitter = random.uniform(0.8, 1.2)
    _mark(
        message,
        state=State.FAILED,
        due_at=timezone.now() + wait * jitter,
        last_error=type(error).__name__,
    )


def _give_back(messages: Sequence[Message], *, delay: timedelta) -> None:
    """Untouched rows return to the queue; their attempt was none."""
    Message.objects.filter(pk__in=[m.pk for m in messages]).update(
        state=State.PLANNED,
        lease_until=None,
        attempts=F("attempts") - 1,
        due_at=timezone.now() + delay,
    )


def _mark(message: Message, *, state: State, **fields: object) -> None:
    """Compare-and-swap: only the holder of the lease may say what became of the message."""
    Message.objects.filter(
        pk=message.pk, state=State.SENDING, lease_until=message.lease_until
    ).update(state=state, lease_until=None, **fields)


def _close(transport: BaseEmailBackend) -> None:
    try:
        transport.close()
    except OSError:
        logger.warning("mail connection did not close cleanly")
