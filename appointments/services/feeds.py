"""A private feed is made, made anew, and called back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.audit import note_export
from accounts.models import User
from appointments.models import CalendarFeed
from appointments.refusals import ServiceBusy
from clinics.models import Clinic
from core.db import once_more

# Programs read each few minutes: that one did is worth a write only now and then.
NOTED_EACH = timedelta(minutes=10)


@once_more(ServiceBusy)
@transaction.atomic
def make_feed(*, owner: User, clinic: Clinic | None = None, now: datetime) -> CalendarFeed:
    """A new address; the one before opens nothing from then on. Raises ServiceBusy."""
    User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=owner.pk)
    stop_feed(owner=owner, clinic=clinic, now=now)
    note_export(owner, "calendar", at=now)
    return CalendarFeed.objects.create(owner=owner, clinic=clinic, created_at=now)


def stop_feed(*, owner: User, clinic: Clinic | None = None, now: datetime) -> None:
    live = CalendarFeed.objects.filter(owner=owner, clinic=clinic, revoked_at=None)
    live.update(revoked_at=now)


def note_reading(*, feed: CalendarFeed, now: datetime) -> None:
    """One query, whatever it does: the owner's page says when a program last came."""
    long_ago = Q(last_read_at=None) | Q(last_read_at__lt=now - NOTED_EACH)
    CalendarFeed.objects.filter(long_ago, pk=feed.pk).update(last_read_at=now)
