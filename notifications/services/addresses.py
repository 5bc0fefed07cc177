"""Addresses that take nothing: marked, spared for a while, and forgiven when something arrives."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core.events import record
from notifications.enums import Audience, Channel
from notifications.models import SPARED, Message, RefusedAddress
from notifications.readers import reader_of


class Refusals:
    """What is known of the addresses of one batch. One question."""

    def __init__(self, batch: Iterable[Message], *, now: datetime) -> None:
        wanted = {address for message in batch for address in _addresses(message)}
        marks = RefusedAddress.objects.filter(address__in=wanted) if wanted else []
        self._marks = {(mark.channel, mark.address): mark.last_at for mark in marks}
        self._since = now - SPARED

    def is_refused(self, channel: Channel, address: str) -> bool:
        last = self._marks.get((channel, address.lower()))
        return last is not None and last > self._since

    def mark(self, message: Message, error: str, *, now: datetime) -> None:
        key = {"channel": message.channel, "address": message.address.lower()}
        first = {"account": message.recipient, "error": error, "first_at": now, "last_at": now}
        _row, is_new = RefusedAddress.objects.get_or_create(**key, defaults=first)
        if not is_new:
            RefusedAddress.objects.filter(**key).update(
                times=F("times") + 1, error=error, last_at=now, account=message.recipient
            )
        self._marks[message.channel, message.address.lower()] = now

    def clear(self, message: Message) -> None:
        """It arrived: whatever was said before is over."""
        key = message.channel, message.address.lower()
        if self._marks.pop(key, None) is not None:
            RefusedAddress.objects.filter(channel=key[0], address=key[1]).delete()


@transaction.atomic
def forgive(*, mark: RefusedAddress, actor: User, now: datetime) -> None:
    """Somebody has heard that it works again: the next message is tried there."""
    whose = mark.account.public_id if mark.account else uuid4()
    record("address.forgiven", subject_id=whose, actor=actor, at=now)
    mark.delete()


def _addresses(message: Message) -> set[str]:
    """Those that it may go to, in lower case."""
    if message.audience == Audience.ACCOUNT:
        return {message.address.lower()}
    reader = reader_of(message)
    return {a.lower() for a in reader.addresses.values() if a} if reader else set()
