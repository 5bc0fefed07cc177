"""Of messages: where they went, and what of them is still there. The rows prove what was sent."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Now

from core.models import StoredMail
from notifications.models import OPEN_STATES, Message, RefusedAddress
from privacy.retention.base import Rule, delete

# An address that nothing was tried at for so long says nothing of today's: it is spared for a week
# only, and each new refusal makes the row young again.
REFUSAL_KNOWN = timedelta(days=180)
# What is not about a visit is unique by event and address: it gets a name of its own in its place.
_OWN_NAME = Cast("public_id", CharField())
_NO_ADDRESS = Case(When(visit=None, then=_OWN_NAME), default=Value(""))


def _addresses(now: datetime) -> Any:
    """Also what a mail server said, which quotes the address."""
    named = ~Q(address="") & ~Q(address=_OWN_NAME)
    long_ago = Message.objects.filter(due_at__lte=_limit(now)).exclude(state__in=OPEN_STATES)
    return long_ago.filter(named | ~Q(last_error=""))


def forget_addresses(rows: Any) -> int:
    address = Case(When(address="", then=Value("")), default=_NO_ADDRESS)
    return int(rows.update(address=address, last_error=""))


def _mails(now: datetime) -> Any:
    """Their text went when they were sent (core.mail); here goes the rest, and the text of one that
    no message was ever made of.
    """
    waits = Message.objects.filter(mail=OuterRef("pk"), state__in=OPEN_STATES)
    return StoredMail.objects.filter(~Exists(waits), created_at__lte=_limit(now)).exclude(
        to_address=""
    )


def forget_mails(rows: Any) -> int:
    empty = dict.fromkeys(("to_address", "reply_address", "subject", "text", "html"), "")
    return int(rows.update(**empty, wiped_at=Coalesce(F("wiped_at"), Now())))


def _refused(now: datetime) -> Any:
    return RefusedAddress.objects.filter(last_at__lte=now - REFUSAL_KNOWN)


def _limit(now: datetime) -> datetime:
    return now - timedelta(days=settings.MESSAGE_DAYS)


RULES = (
    Rule("addresses", _addresses, forget_addresses),
    Rule("mails", _mails, forget_mails),
    Rule("refused", _refused, delete),
)
