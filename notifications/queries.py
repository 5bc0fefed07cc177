"""Reads with more than one caller: an inbox, what was told about a visit, what waits."""

from datetime import datetime, timedelta

from django.db.models import Min, Q

from accounts.models import User
from appointments.models import Appointment
from core.models import Event
from notifications.enums import CLINICAL, Audience, Channel, Kind, State
from notifications.models import (
    OPEN_STATES,
    SPARED,
    Message,
    MessageQuerySet,
    RefusedAddress,
)
from notifications.readers import RELATED, account_reader, patient_reader

# Older than this, something is wrong with the workers or with what they talk to.
STALE = timedelta(minutes=5)


def inbox_of(account: User) -> MessageQuerySet:
    """What has arrived for an account, the latest first."""
    own = Message.objects.filter(recipient=account).in_inbox()
    told = own.select_related("change__series_line__act", "event", *RELATED)
    return told.prefetch_related("offer__clinic", "offer__doctor")


def unread_count(account: User) -> int:
    return Message.objects.filter(recipient=account).unread().count()


def refused_of(account: User, *, now: datetime) -> list[RefusedAddress]:
    """Addresses of an account that take nothing: those that are still written to, and spared."""
    reader = account_reader(account)
    marks = RefusedAddress.objects.filter(account=account, last_at__gt=now - SPARED)
    return [m for m in marks.order_by("channel") if _is_current(m, reader.addresses)]


def refusals_of(visit: Appointment, *, now: datetime) -> list[RefusedAddress]:
    """The same of whoever reads what is written to a visit's patient."""
    reader = patient_reader(visit)
    wanted = [address.lower() for address in reader.addresses.values() if address]
    marks = RefusedAddress.objects.filter(address__in=wanted, last_at__gt=now - SPARED)
    return [m for m in marks.order_by("channel") if _is_current(m, reader.addresses)]


def _is_current(mark: RefusedAddress, addresses: dict[Channel, str]) -> bool:
    return addresses.get(Channel(mark.channel), "").lower() == mark.address


def told_about(visit: Appointment, *, with_clinical: bool = True) -> MessageQuerySet:
    """All messages about a visit, in the order in which they were or are due. That there is a
    prescription is clinical: reception does not read it here either. Nobody reads here that there
    is an opinion: it would say who gave it.
    """
    rows = (
        Message.objects.filter(visit=visit)
        .exclude(kind=Kind.OPINION)
        .select_related("resent_by", "recipient", "change")
    )
    if not with_clinical:
        rows = rows.exclude(kind__in=CLINICAL)
    return rows.order_by("due_at", "pk")


def told_patient(visit: Appointment) -> MessageQuerySet:
    """What the visit's patient was or will be told outside of our own pages."""
    return told_about(visit).filter(audience=Audience.PATIENT).exclude(channel=Channel.INBOX)


def backlog(now: datetime) -> MessageQuerySet:
    """Messages that should have left some minutes ago: nobody took them, or nobody accepts them."""
    late = now - STALE
    untouched = Q(state=State.PLANNED, next_try_at__lte=late)
    troubled = Q(state__in=[State.FAILED, State.SENDING], due_at__lte=late)
    return Message.objects.filter(untouched | troubled)


def oldest_waiting(now: datetime) -> datetime | None:
    """Since when the longest waiting message or event has been due; None if nothing waits."""
    event = Event.objects.filter(processed_at__isnull=True).order_by("pk").first()
    due = Message.objects.filter(state__in=OPEN_STATES, next_try_at__lte=now)
    troubled = Message.objects.filter(state__in=[State.FAILED, State.SENDING])
    times = [
        event and event.occurred_at,
        due.aggregate(at=Min("next_try_at"))["at"],
        troubled.aggregate(at=Min("due_at"))["at"],
    ]
    return min(filter(None, times), default=None)
