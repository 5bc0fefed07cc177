"""Of what people asked for: help, a time that becomes free, an address for a calendar,
and of those who have left."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from appointments.models import CalendarFeed, WaitingEntry, WaitingOffer
from doctors.models import Doctor
from privacy.erasing.doctors import forget_doctor
from privacy.models import Custody
from privacy.retention.base import Rule, delete
from records.models import KeptIdentity
from support.services.forgetting import finished_before, forget_tickets

# Within a year desk and patient may ask why somebody else got a time.
WAIT_KNOWN = timedelta(days=365)
# An address that was called back opens nothing; that there was one is a line of the account's.
FEED_KNOWN = timedelta(days=180)


def _tickets(now: datetime) -> Any:
    return finished_before(now - timedelta(days=settings.TICKET_DAYS))


def _waits(now: datetime) -> Any:
    """Whole where nothing was offered; else the offers stay, which say to whom a time was offered,
    and the telephone goes.
    """
    offers = WaitingOffer.objects.filter(entry=OuterRef("pk"))
    left = ~Exists(offers) | ~Q(phone="")
    return WaitingEntry.objects.filter(left, closed_at__lte=now - WAIT_KNOWN)


def _forget_waits(rows: Any) -> int:
    due = WaitingEntry.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    deleted = delete(due.filter(offers=None))
    return deleted + int(due.update(phone=""))


def _feeds(now: datetime) -> Any:
    return CalendarFeed.objects.filter(revoked_at__lte=now - FEED_KNOWN)


def _identities(now: datetime) -> Any:
    """Who a record is of whose account was closed, once no law has it known any more."""
    return KeptIdentity.objects.filter(keep_until__lt=now.date())


def _custodies(now: datetime) -> Any:
    """Of doctors who left: no law has their records say any more who wrote them."""
    over = Q(keep_until__lt=now.date(), closing__done_at__isnull=False)
    return Custody.objects.filter(over | Q(closing__withdrawn_at__isnull=False))


def _forget_custodies(rows: Any) -> int:
    """Of a closing that was taken back the row alone."""
    custodies = list(rows.select_related("closing"))
    for custody in custodies:
        if custody.closing.done_at is not None:
            forget_doctor(Doctor.objects.get(user=custody.closing.account_id))
        custody.delete()
    return len(custodies)


RULES = (
    Rule("tickets", _tickets, forget_tickets),
    Rule("waits", _waits, _forget_waits),
    Rule("feeds", _feeds, delete),
    Rule("identities", _identities, delete),
    Rule("custodies", _custodies, _forget_custodies),
)
