"""Accounts that nobody came back to: their address was never confirmed, nobody ever logged in."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from accounts.models import User
from core.clock import current_time
from privacy.erasing import erase
from privacy.retention.base import Rule

# A code is good for minutes; who was on a journey asks for another one within a month.
CONFIRMED_BY = timedelta(days=30)


def _strangers(now: datetime) -> Any:
    """Maybe somebody mistyped: then the address is a stranger's. Not those that staff or a command
    made, which have no address to confirm.
    """
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        Exists(addresses), ~Exists(addresses.filter(verified=True)),
        joined_at__lte=now - CONFIRMED_BY, last_login=None, is_staff=False, erased_at=None,
    )  # fmt: skip


def _forget_strangers(rows: Any) -> int:
    """As an account that its owner closes: the consents that were given with it stay, unnamed."""
    accounts = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for account in accounts:
        erase(account, current_time())
    return len(accounts)


RULES = (Rule("unconfirmed", _strangers, _forget_strangers),)
