"""Calendars that leave and come: private feeds of visits, and other calendars of doctors."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.enums import CalendarTrouble
from clinics.models import Clinic
from core.crypto import sealed_text
from doctors.models import Doctor


class CalendarFeed(models.Model):
    """A secret address that calendar programs read: one's people's visits, or with a clinic the
    visits there. Only the row opens it: called back, the address is as if it had never been.
    """

    ONE_LIVE = "calendarfeed_one_live"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    clinic = models.ForeignKey(Clinic, null=True, on_delete=models.CASCADE, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
    last_read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "clinic"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="calendarfeed_one_live",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class ExternalCalendar(models.Model):
    """A doctor's calendar somewhere else (ICS), of which we keep only when it is busy."""

    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="external_calendars")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nombre"), max_length=60)
    # Whoever has a private ICS address reads the calendar: it is sealed like clinical text.
    address_sealed = models.BinaryField()
    address: str = sealed_text("address")
    created_at = models.DateTimeField(default=timezone.now)
    # What the server said of the version that we read, to be asked whether there is another.
    etag = models.CharField(max_length=250, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    # When the server last answered well, and when its events were last turned into busy times:
    # "nothing new" is an answer, but the months that we look ahead move on.
    fetched_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    next_fetch_at = models.DateTimeField(default=timezone.now)
    # A worker that reads it now; nobody waits for one that died.
    lease_until = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=12, choices=CalendarTrouble, blank=True)

    class Meta:
        verbose_name = _("calendario externo")
        verbose_name_plural = _("calendarios externos")
        constraints = [
            models.CheckConstraint(
                condition=Q(trouble="", failures=0)
                | Q(trouble__in=sorted(CalendarTrouble.values), failures__gt=0),
                name="externalcalendar_trouble_agrees",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="externalcalendar_named"),
        ]
        indexes = [models.Index(fields=["next_fetch_at"], name="externalcalendar_due")]

    def __str__(self) -> str:
        return self.name


class ExternalBusy(models.Model):
    """A stretch when another calendar of the doctor's is busy. What for is never stored."""

    calendar = models.ForeignKey(ExternalCalendar, on_delete=models.CASCADE, related_name="busy")
    # The calendar's, once more: the engine asks by doctor.
    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="externalbusy_ends_after_start"
            ),
            models.UniqueConstraint(fields=["calendar", "starts_at"], name="externalbusy_once"),
        ]
        indexes = [
            models.Index(
                fields=["doctor", "starts_at"], include=["ends_at"], name="externalbusy_of_doctor"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
