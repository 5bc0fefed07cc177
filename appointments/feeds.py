"""Private feeds: who may read which, and what is in them. A fixed number of queries."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Patient
from appointments.calendar import entry_of, feed_of
from appointments.enums import CANCELLED
from appointments.models import Appointment, AppointmentChange, CalendarFeed
from clinics.models import Assistant
from core.grants import Grants

_links = Grants(salt="appointments.feed")
# How long what is over, or was cancelled, stays: programs that were off shall hear of it.
BACK = timedelta(days=30)
# Programs ask often: rows come without what no entry says.
SHOWN = (
    "public_id", "code", "status", "starts_at", "ends_at", "sequence", "booked_at", "created_at",
    "doctor__title", "doctor__first_names", "doctor__last_names", "clinic__name",
    "clinic__address", "clinic__zone", "patient__first_names", "patient__relationship",
)  # fmt: skip


@dataclass(frozen=True)
class FeedAddress:
    """Of a live feed: to be copied, and for programs that subscribe at a click."""

    feed: CalendarFeed

    @property
    def url(self) -> str:
        path = reverse("appointments:feed", args=[_links.token_of(self.feed.public_id)])
        return f"{settings.SITE_URL}{path}"

    @property
    def webcal(self) -> str:
        return f"webcal:{self.url.partition(':')[2]}"


def find_feed(token: str) -> CalendarFeed | None:
    """The feed behind a link of ours that still opens: called back, of an account that is closed,
    or of a consultorio where its owner works no longer, it does not.
    """
    public_id = _links.find(token)
    if public_id is None:
        return None
    feeds = CalendarFeed.objects.select_related("owner", "clinic__doctor")
    feed = feeds.filter(public_id=public_id, revoked_at=None, owner__is_active=True).first()
    return feed if feed and _may_read(feed) else None


def _may_read(feed: CalendarFeed) -> bool:
    clinic, owner = feed.clinic, feed.owner
    if clinic is None or (owner.is_doctor and clinic.doctor.user_id == owner.pk):
        return True
    working = Assistant.objects.working().filter(user=owner, doctor=clinic.doctor)
    return owner.is_assistant and working.filter(clinics=clinic).exists()


@dataclass(frozen=True)
class Book:
    """A feed's visits, read once; its text is made only where somebody has another one."""

    feed: CalendarFeed
    visits: list[Appointment]
    now: datetime

    @property
    def etag(self) -> str:
        """All that is shown, in short: nothing of the text comes from elsewhere."""
        language = self.feed.owner.language
        with translation.override(language):
            shown = [language, settings.SITE_URL, *map(_shown, self.visits)]
        return f'"{hashlib.sha256(repr(shown).encode()).hexdigest()[:32]}"'

    @property
    def last_modified(self) -> datetime:
        """Once a day at least: names of places change, and what is over goes, without a mark."""
        midnight = datetime.combine(self.now.astimezone(UTC).date(), time(), UTC)
        return max([midnight, *(_changed_at(visit) for visit in self.visits)])

    @cached_property
    def content(self) -> bytes:
        with translation.override(self.feed.owner.language):
            clinic = self.feed.clinic
            name = f"Doctobooking: {clinic.name}" if clinic else _("Doctobooking: sus citas")
            route = "portal:visit" if clinic else "appointments:appointment"
            return feed_of(
                (
                    (
                        visit,
                        entry_of(
                            visit,
                            title=_own_title(visit) if clinic else _title(visit),
                            url=f"{settings.SITE_URL}{reverse(route, args=[visit.public_id])}",
                            changed_at=_changed_at(visit),
                        ),
                    )
                    for visit in self.visits
                ),
                name=name,
            )


def book_of(feed: CalendarFeed, now: datetime) -> Book:
    """One query."""
    return Book(feed, list(_visits(feed, now)), now)


def _visits(feed: CalendarFeed, now: datetime) -> QuerySet[Appointment]:
    """From a month back on; what was cancelled, for a month."""
    if feed.clinic_id is None:
        visits = Appointment.objects.for_account(feed.owner)
    else:
        visits = Appointment.objects.visits().filter(clinic=feed.clinic)
    cancelled = Q(status__in=sorted(CANCELLED))
    last = AppointmentChange.objects.filter(appointment=OuterRef("pk")).order_by()
    return (
        visits.filter((~cancelled & Q(ends_at__gt=now - BACK)) | Q(cancelled_at__gt=now - BACK))
        .annotate(
            changed_at=Subquery(last.values("appointment").annotate(last=Max("at")).values("last"))
        )
        .select_related("doctor", "clinic", "patient")
        .only(*SHOWN)
        .order_by("starts_at", "id")
    )


def _changed_at(visit: Appointment) -> datetime:
    last: datetime | None = getattr(visit, "changed_at")  # noqa: B009 -- annotated
    return last or visit.booked_at or visit.created_at


def _shown(visit: Appointment) -> tuple[object, ...]:
    return (
        visit.pk, visit.sequence, visit.status, visit.starts_at, visit.ends_at, _changed_at(visit),
        visit.clinic.name, visit.clinic.address, visit.clinic.zone, visit.doctor.display_name,
        visit.patient and visit.patient.first_names,
    )  # fmt: skip


def _title(visit: Appointment) -> str:
    """For the patient: with whom, and which of their people, by the first name only."""
    title = _("Cita con %(doctor)s") % {"doctor": visit.doctor.display_name}
    patient: Patient | None = visit.patient
    if patient is None or patient.is_self:
        return title
    return f"{title} ({patient.first_names.split(' ')[0]})"


def _own_title(visit: Appointment) -> str:
    """For the consultorio: whose visit it is, the page says to whoever logs in."""
    return _("Cita %(code)s") % {"code": visit.code}
