"""Sending a message again, by hand: one more row, so that the ledger shows both."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from core.db import once_more
from core.events import record
from notifications.enums import AFTERWARDS, Audience, Channel, Kind, State
from notifications.models import OPEN_STATES, Message
from notifications.refusals import JustSent, MessagesBusy, NotAgain, StillUnderWay, VisitStarted

PAUSE = timedelta(minutes=10)


@once_more(MessagesBusy)
@transaction.atomic
def send_again(*, message: Message, actor: User, now: datetime) -> Message:
    """Plan one more copy on the same channel, for now; quiet hours and wishes do not hold it up.

    Raises NotAgain for what cannot be written again (mails of accounts, whose text is gone; what
    was withdrawn), StillUnderWay, JustSent, VisitStarted, MessagesBusy.
    """
    first = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if not can_be_repeated(first) or _is_outdated(first):
        raise NotAgain
    family = Message.objects.filter(
        visit=first.visit_id,
        version=first.version,
        audience=first.audience,
        reader_key=first.reader_key,
        kind=first.kind,
        channel=first.channel,
    ).order_by("-copy")
    last = family.select_for_update(of=("self",)).first() or first
    if last.state in OPEN_STATES:
        raise StillUnderWay
    if (last.sent_at or last.created_at) > now - PAUSE:
        raise JustSent
    if first.visit and first.kind not in AFTERWARDS and first.visit.starts_at <= now:
        raise VisitStarted
    columns = ("event", "kind", "channel", "audience", "recipient", "reader_key", "visit",
               "version", "change")  # fmt: skip
    again = Message.objects.create(
        copy=last.copy + 1,
        resent_by=actor,
        due_at=now,
        next_try_at=now,
        created_at=now,
        **{name: getattr(first, name) for name in columns},
    )
    record("message.resent", subject_id=again.public_id, actor=actor, at=now)
    return again


def _is_outdated(message: Message) -> bool:
    """What it says of the visit is not so any more: nobody shall read it as news."""
    if message.visit is None or message.kind in AFTERWARDS:
        return False
    return message.version != message.visit.sequence


def can_be_repeated(message: Message) -> bool:
    """About a visit, out of our pages, and not taken back."""
    return (
        message.visit_id is not None
        and message.kind not in (Kind.DIGEST, Kind.DELAYED)
        and message.audience != Audience.ACCOUNT
        and message.channel != Channel.INBOX
        and message.state in (State.SENT, State.GIVEN_UP, State.UNKNOWN)
    )
