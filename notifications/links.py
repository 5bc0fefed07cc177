"""Links in a message by which its reader acts without logging in: the message's id, signed.

A link shows a page, and only that page's form acts: programs that read mail open links, too. What
it opens is decided by the rows: whom the message went to, where, and whether the visit is ahead.
"""

import uuid
from datetime import datetime
from functools import cache, lru_cache

from django.conf import settings
from django.urls import reverse

from appointments.days import is_today
from core.grants import Grants
from notifications.enums import Audience, Channel, Kind
from notifications.models import Message
from notifications.readers import RELATED, reader_of

_grants = Grants(salt="notifications.link")


def token_of(message: Message) -> str:
    return _signed(message.public_id)


def link_to(page: str, message: Message) -> str:
    """The whole address of a page of `notifications.urls` that takes a token."""
    return str(settings.SITE_URL) + _path(page).replace("TOKEN", token_of(message))


@lru_cache(maxsize=256)
def _signed(public_id: uuid.UUID) -> str:
    """A letter has several links of one token."""
    return _grants.token_of(public_id)


@cache
def _path(page: str) -> str:
    return reverse(f"notifications:{page}", args=["TOKEN"])


def find_message(token: str) -> Message | None:
    """The message behind a link of ours, if it is still its reader's: not one that went to an
    address that the reader has left since. None for what we never signed.
    """
    public_id = _grants.find(token)
    if public_id is None:
        return None
    message = Message.objects.select_related(*RELATED).filter(public_id=public_id).first()
    reader = reader_of(message) if message else None
    if message is None or reader is None:
        return None
    there = reader.addresses.get(Channel(message.channel), "")
    return message if there and there.lower() == message.address.lower() else None


def gives_opinion(message: Message) -> bool:
    """What asks a patient how it was leads to their opinion, as long as one may be given."""
    return message.kind == Kind.FEEDBACK and message.audience == Audience.PATIENT


def acts_on_visit(message: Message, now: datetime) -> bool:
    """A patient's link acts until the visit starts."""
    return (
        message.audience == Audience.PATIENT
        and message.visit is not None
        and message.visit.starts_at > now
    )


def acts_on_day(message: Message, now: datetime) -> bool:
    """Who comes late comes all the same: on its day a patient's link goes on after the start."""
    return (
        message.audience == Audience.PATIENT
        and message.visit is not None
        and (message.visit.starts_at > now or is_today(message.visit, now))
    )
