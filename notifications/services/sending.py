"""From the ledger to the mail server: claim one message, hand it over, mark it.

A message is claimed by a lease that is committed before the mail server hears of it, and one at a
time: a worker that dies leaves a doubt about one message, not about its neighbours. That one is
sent once more with the same Message-ID, and if that happens twice it is marked unknown for people
to look at (docs/adr/0010).
"""

import logging
import random
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q

from core.clock import current_time
from core.models import StoredMail
from notifications.channels.email import TryLater, Undeliverable, Unreachable, compose, deliver
from notifications.enums import State
from notifications.models import Message

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
RUN_SECONDS = 20
FIRST_RETRY = timedelta(seconds=10)
# Short, so that after a long silence of the mail server everything is out within minutes.
LONGEST_RETRY = timedelta(minutes=3)
MAX_ATTEMPTS = 480  # about a day at the longest wait
MAX_LAPSES = 2


def send_due() -> int:
    """Send what is due until nothing is, or the server is away, or the run's time is over.

    Returns how many.
    """
    _set_doubtful_aside(current_time())
    deadline = time.monotonic() + RUN_SECONDS
    transport = _transport()
    sent = 0
    try:
        while time.monotonic() < deadline and (message := claim(now=current_time())):
            sent += _send(message, transport)
    except Unreachable as trouble:
        logger.warning("mail server unreachable: %s", trouble)
    finally:
        _close(transport)
    return sent


def _transport() -> BaseEmailBackend:
    chosen: dict[str, Any] = settings.MAIL_TRANSPORT
    return get_connection(backend=chosen["backend"], **chosen["options"])


@transaction.atomic
def claim(*, now: datetime) -> Message | None:
    """Take what has been due the longest for this process alone, for the time of the lease."""
    due = Q(state__in=[State.PLANNED, State.FAILED], due_at__lte=now)
    lapsed = Q(state=State.SENDING, lease_until__lte=now, lapses__lt=MAX_LAPSES - 1)
    message = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(due | lapsed)
        .order_by("due_at", "pk")
        .first()
    )
    if message is None:
        return None
    message.lapses += message.state == State.SENDING
    message.state = State.SENDING
    message.lease_until = now + LEASE
    message.attempts += 1
    message.save(update_fields=["state", "lease_until", "attempts", "lapses"])
    return message


def _send(message: Message, transport: BaseEmailBackend) -> bool:
    """Whether the transport took it; it is marked either way. Raises Unreachable."""
    try:
        deliver(compose(message), transport)
    except Unreachable as trouble:
        _retry_later(message, str(trouble))
        raise
    except TryLater as trouble:
        _retry_later(message, str(trouble))
    except Undeliverable as refusal:
        _finish(message, State.GIVEN_UP, last_error=str(refusal))
    except Exception as error:
        logger.exception("message not sent", extra={"message_id": str(message.public_id)})
        _retry_later(message, type(error).__name__)
    else:
        _finish(message, State.SENT, sent_at=current_time(), last_error="")
        return True
    return False


def _retry_later(message: Message, trouble: str) -> None:
    if message.attempts >= MAX_ATTEMPTS:
        _finish(message, State.GIVEN_UP, last_error=trouble)
        return
    wait = min(FIRST_RETRY * 2 ** min(message.attempts - 1, 10), LONGEST_RETRY)
    jitter = random.uniform(0.8, 1.2)
    _mark(message, state=State.FAILED, due_at=current_time() + wait * jitter, last_error=trouble)


def _set_doubtful_aside(now: datetime) -> None:
    doubtful = Message.objects.filter(
        state=State.SENDING, lease_until__lte=now, lapses__gte=MAX_LAPSES - 1
    )
    for message in doubtful:
        logger.error("message lost twice", extra={"message_id": str(message.public_id)})
        _finish(message, State.UNKNOWN, lapses=MAX_LAPSES)


@transaction.atomic
def _finish(message: Message, state: State, **fields: object) -> None:
    """The last word on a message. The text of a stored mail, which may hold a code, goes too."""
    if _mark(message, state=state, **fields) and message.mail_id:
        StoredMail.objects.filter(pk=message.mail_id).update(
            text="", html="", wiped_at=current_time()
        )


def _mark(message: Message, **fields: object) -> bool:
    """Compare-and-swap: only the holder of the lease may say what became of the message."""
    mine = Message.objects.filter(
        pk=message.pk, state=State.SENDING, lease_until=message.lease_until
    )
    return bool(mine.update(lease_until=None, **fields))


def _close(transport: BaseEmailBackend) -> None:
    try:
        transport.close()
    except OSError:
        logger.warning("mail connection did not close cleanly")
