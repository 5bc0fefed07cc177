"""What the page of calendars shows: feeds of this desk's consultorios, other calendars' state."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import DurationField, ExpressionWrapper, Q, Sum, Value
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.feeds import FeedAddress
from appointments.models import CalendarFeed, ExternalCalendar
from clinics.models import Clinic
from core.crypto import Unreadable
from core.templatetags.when import duration
from portal.desk import Desk

HOUR = timedelta(hours=1)
# The page counts what is coming, as far as people plan.
COUNTED = timedelta(days=30)


@dataclass(frozen=True)
class ClinicFeed:
    clinic: Clinic
    address: FeedAddress | None

    @property
    def name(self) -> str:
        """Of its field: one page has several."""
        return f"feed-{self.clinic.public_id}"


@dataclass(frozen=True)
class OtherCalendar:
    """An external calendar in words. `busy` is its busy time of the coming COUNTED."""

    calendar: ExternalCalendar
    busy: timedelta
    now: datetime

    @property
    def host(self) -> str:
        """Where it is; the rest of the address is a secret."""
        return self._parts[1]

    @property
    def is_open(self) -> bool:
        """Read without encryption: others on the way can read it, too."""
        return self._parts[0] == "http"

    @property
    def _parts(self) -> tuple[str, str]:
        try:
            parts = urlsplit(self.calendar.address)
        except Unreadable:
            return "", ""
        return parts.scheme, parts.hostname or ""

    @property
    def is_due(self) -> bool:
        return self.calendar.next_fetch_at <= self.now

    @property
    def when(self) -> str:
        """«hace 5 minutos»: how old what we know is."""
        fetched = self.calendar.fetched_at
        if fetched is None:
            return ""
        minutes = int((self.now - fetched).total_seconds()) // 60
        if minutes < 1:
            return _("hace menos de un minuto")
        if minutes >= 120:
            minutes -= minutes % (60 if minutes < 2880 else 1440)
        return _("hace %(time)s") % {"time": duration(minutes)}

    @property
    def hours(self) -> str:
        n = -(-self.busy // HOUR)
        if not n:
            return _("ninguna hora ocupada en los próximos 30 días")
        text = ngettext(
            "%(n)d hora ocupada en los próximos 30 días",
            "%(n)d horas ocupadas en los próximos 30 días",
            n,
        )
        return text % {"n": n}


def feeds_of(desk: Desk) -> list[ClinicFeed]:
    """Archived consultorios, too, while their feed opens: it must be possible to stop it."""
    live = CalendarFeed.objects.filter(
        owner=desk.user, clinic__in=desk.all_clinics, revoked_at=None
    )
    known = {feed.clinic_id: feed for feed in live.select_related("clinic").order_by("clinic_id")}
    current = {clinic.pk: clinic for clinic in desk.clinics}
    archived = [f.clinic for f in known.values() if f.clinic and f.clinic_id not in current]
    return [
        ClinicFeed(c, FeedAddress(known[c.pk]) if c.pk in known else None)
        for c in (*current.values(), *archived)
    ]


def others_of(desk: Desk, now: datetime) -> list[OtherCalendar]:
    """One query; none for reception, whose business they are not."""
    if not desk.is_doctor:
        return []
    end = now + COUNTED
    part = ExpressionWrapper(
        Least("busy__ends_at", Value(end)) - Greatest("busy__starts_at", Value(now)),
        output_field=DurationField(),
    )
    ahead = Q(busy__ends_at__gt=now, busy__starts_at__lt=end)
    calendars = desk.doctor.external_calendars.order_by("id")
    calendars = calendars.annotate(taken=Sum(part, filter=ahead))
    return [OtherCalendar(c, c.taken or timedelta(), now) for c in calendars]
