"""What goes after how long: rules as data (docs/adr/0042). Nothing clinical is among them."""

from datetime import datetime

from django.db import transaction

from privacy.retention import accounts, letters, people, unconfirmed

RULES = (*accounts.RULES, *letters.RULES, *people.RULES, *unconfirmed.RULES)


def count_due(*, now: datetime) -> dict[str, int]:
    return {rule.name: rule.due(now).count() for rule in RULES}


def forget_due(*, now: datetime) -> dict[str, int]:
    """Each rule in a transaction of its own; returns how many rows each one took."""
    done = {}
    for rule in RULES:
        with transaction.atomic():
            done[rule.name] = rule.forget(rule.due(now))
    return done
