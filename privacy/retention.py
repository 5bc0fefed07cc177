"""What goes after how long: rules as data. Nothing clinical is among them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from accounts.models import Invitation
from privacy.models import DataExport
from records.models import KeptIdentity

# Of an invitation that ended: long enough to answer who asks what became of it.
ENDED = timedelta(days=180)
GONE = "cerrada@invitacion.invalid"


@dataclass(frozen=True)
class Rule:
    """`due` finds the rows, `forget` takes what is personal of them."""

    name: str
    due: Callable[[datetime], Any]
    forget: Callable[[Any], int]


def _copies(now: datetime) -> Any:
    return DataExport.objects.filter(content_sealed__isnull=False, expires_at__lte=now)


def _sessions(now: datetime) -> Any:
    return Session.objects.filter(expire_date__lte=now)


def _invitations(now: datetime) -> Any:
    """Of those that were never taken, the address; the row says that there was one."""
    ended = Q(expires_at__lte=now - ENDED) | Q(revoked_at__lte=now - ENDED)
    return Invitation.objects.filter(ended, accepted_at__isnull=True).exclude(email=GONE)


def _identities(now: datetime) -> Any:
    """Who a record is of, once no law has it known any more."""
    return KeptIdentity.objects.filter(keep_until__lt=now.date())


RULES = (
    Rule("exports", _copies, lambda rows: int(rows.update(content_sealed=None))),
    Rule("sessions", _sessions, lambda rows: int(rows.delete()[0])),
    Rule("invitations", _invitations, lambda rows: int(rows.update(email=GONE))),
    Rule("identities", _identities, lambda rows: int(rows.delete()[0])),
)


def count_due(*, now: datetime) -> dict[str, int]:
    return {rule.name: rule.due(now).count() for rule in RULES}


def forget_due(*, now: datetime) -> dict[str, int]:
    """Each rule in a transaction of its own; returns how many rows each one took."""
    done = {}
    for rule in RULES:
        with transaction.atomic():
            done[rule.name] = rule.forget(rule.due(now))
    return done
