"""Where a channel fails for good, the next one of the reader's says the same."""

from datetime import datetime

from notifications.enums import Audience, Channel, State
from notifications.models import Message
from notifications.readers import reader_of


def fall_back(message: Message, *, now: datetime) -> Message | None:
    """A row for the reader's next channel that has an address; None where there is none left.

    Whether that address is known to take nothing is decided when its turn comes. Those who were
    to go with the message go with the new one. In the caller's transaction.
    """
    if message.audience == Audience.ACCOUNT or message.channel == Channel.INBOX:
        return None
    reader = reader_of(message)
    tried = _tried(message)
    order = reader.order if reader else []
    channel = next((c for c in order if c not in tried and reader.addresses.get(c)), None)  # type: ignore[union-attr]
    if channel is None:
        return None
    columns = ("event", "kind", "audience", "recipient", "reader_key", "visit", "version",
               "change", "doctor", "day", "offer", "copy", "resent_by", "due_at")  # fmt: skip
    row = Message(
        channel=channel,
        instead_of=message,
        next_try_at=now,
        **{name: getattr(message, name) for name in columns},
    )
    made = Message.objects.bulk_create([row], ignore_conflicts=True)[0]
    found = Message.objects.filter(public_id=made.public_id).first()
    if found is not None:
        message.passengers.filter(state=State.SUPPRESSED).update(carrier=found)
    return found


def _tried(message: Message) -> set[str]:
    """Channels of this row and of those it stands in for."""
    tried: set[str] = set()
    one: Message | None = message
    while one is not None:
        tried.add(one.channel)
        one = one.instead_of
    return tried
