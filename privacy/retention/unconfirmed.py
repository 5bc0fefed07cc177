"""Accounts that nobody came back to: their address was never confirmed, nobody ever logged in."""

import logging
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import DatabaseError
from django.db.models import Exists, OuterRef

from accounts.models import User
from core.clock import current_time
from privacy.erasing import erase
from privacy.retention.base import Rule

logger = logging.getLogger(__name__)
# A code is good for minutes; who was on a journey asks for another one within a month.
CONFIRMED_BY = timedelta(days=30)
AT_ONCE = 100


def _strangers(now: datetime) -> Any:
    """Maybe somebody mistyped: then the address is a stranger's. Not those that staff or a command
    made, which have no address to confirm.
    """
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        Exists(addresses), ~Exists(addresses.filter(verified=True)),
        joined_at__lte=now - CONFIRMED_BY, last_login=None, is_staff=False, erased_at=None,
        doctor=None,
    )  # fmt: skip


def _forget_strangers(rows: Any) -> int:
    """As an account that its owner closes: the consents that were given with it stay, unnamed.
    A wave of them goes in several runs, and one that fails holds up no other.
    """
    done = 0
    free = rows.select_for_update(of=("self",), no_key=True, skip_locked=True)
    for account in free.order_by("?")[:AT_ONCE]:
        try:
            erase(account, current_time())
            done += 1
        except DatabaseError:
            logger.exception("account not emptied", extra={"account": str(account.public_id)})
    return done


RULES = (Rule("unconfirmed", _strangers, _forget_strangers, in_batches=False),)
