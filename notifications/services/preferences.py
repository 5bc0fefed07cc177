"""How somebody wants their messages: changed by themselves, on a page or by a link in a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Patient, User
from core.events import record
from notifications.enums import REMINDERS, Audience, Kind
from notifications.models import Message, Preferences
from notifications.readers import preferences_of, reader_of

# What one click in a mail stops.
COLUMN = {
    Kind.FEEDBACK: "wants_feedback",
    Kind.DIGEST: "wants_digest",
    Kind.OPINION: "wants_opinions",
}


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """`reminders` is None for those that each consultorio sends."""

    channels: Sequence[str]
    phone: str
    reminders: Sequence[str] | None
    wants_feedback: bool
    wants_digest: bool
    wants_opinions: bool


@transaction.atomic
def save_wishes(*, account: User, wishes: Wishes, now: datetime) -> None:
    """What is planned already asks for them when its time comes."""
    values = {
        **vars(wishes),
        "channels": list(wishes.channels),
        "reminders": None if wishes.reminders is None else list(wishes.reminders),
    }
    Preferences.objects.update_or_create(account=account, defaults=values)
    record("preferences.changed", subject_id=account.public_id, actor=account, at=now)


@transaction.atomic
def stop(*, message: Message, now: datetime) -> None:
    """Stop messages of this kind for its reader; stopping twice changes nothing."""
    owner = _owner(message)
    if owner is None:
        return
    wishes = preferences_of(owner)
    key = {"account": owner} if isinstance(owner, User) else {"patient": owner}
    if message.kind in REMINDERS:
        changes: dict[str, object] = {"reminders": []}
    else:
        changes = {COLUMN[Kind(message.kind)]: False}
    Preferences.objects.update_or_create(
        **key, defaults=changes, create_defaults={"channels": wishes.channels, **key, **changes}
    )
    actor = owner if isinstance(owner, User) else None
    record("preferences.changed", subject_id=owner.public_id, actor=actor, at=now)


def may_be_stopped(message: Message) -> bool:
    return message.kind in REMINDERS or message.kind in COLUMN


def _owner(message: Message) -> User | Patient | None:
    reader = reader_of(message)
    if reader is None or message.audience == Audience.ACCOUNT:
        return None
    if reader.account is not None:
        return reader.account
    return message.visit.patient if message.visit else None
