"""The day of a visit (FHIR Encounter): on the way, there, in consultation, done. And what of it a
waiting room's screen shows.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.enums import SaidBy, Stage
from appointments.models.visits import Appointment
from clinics.models import Clinic

DAY_CODE_TAKEN = "visitday_code_of_day"
ONE_INSIDE = "visitday_one_inside"
TOLD_JUST_NOW = "delaynotice_apart"
# Minutes: less is no delay, more is another day.
LEAST_DELAY, MOST_DELAY = 5, 240


class VisitDay(models.Model):
    """What has happened today, each step with its instant; a step that is taken back is empty
    again, and the events keep that it was. Made with the first step; its code stays.
    """

    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="day", verbose_name=_("cita")
    )
    # The visit's, on the wall of its clinic: a trigger keeps them equal.
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    date = models.DateField(_("día"))
    # What stands on a screen in place of a name.
    code = models.CharField(_("turno"), max_length=4)
    on_the_way_at = models.DateTimeField(_("en camino"), null=True)
    arrived_at = models.DateTimeField(_("llegó"), null=True)
    arrival_said_by = models.CharField(
        _("lo dijo"), max_length=7, choices=SaidBy, blank=True, default=""
    )
    started_at = models.DateTimeField(_("pasó a consulta"), null=True)
    finished_at = models.DateTimeField(_("terminó"), null=True)

    class Meta:
        verbose_name = _("día de la cita")
        verbose_name_plural = _("días de las citas")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "date", "code"], name=DAY_CODE_TAKEN),
            models.UniqueConstraint(
                fields=["clinic"],
                condition=Q(started_at__isnull=False, finished_at__isnull=True),
                name=ONE_INSIDE,
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]-[1-9][0-9]$"), name="visitday_code_form"
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True, arrival_said_by="")
                | Q(arrived_at__isnull=False, arrival_said_by__in=sorted(SaidBy.values)),
                name="visitday_arrival_is_said",
            ),
            models.CheckConstraint(
                condition=Q(on_the_way_at__isnull=True)
                | Q(arrived_at__isnull=True)
                | Q(on_the_way_at__lte=F("arrived_at")),
                name="visitday_way_before_arrival",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True)
                | Q(arrived_at__isnull=False, arrived_at__lte=F("started_at")),
                name="visitday_arrival_before_start",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True)
                | Q(started_at__isnull=False, started_at__lte=F("finished_at")),
                name="visitday_start_before_end",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def stage(self) -> Stage:
        if self.finished_at:
            return Stage.DONE
        if self.started_at:
            return Stage.INSIDE
        if self.arrived_at:
            return Stage.WAITING
        return Stage.ON_THE_WAY if self.on_the_way_at else Stage.EXPECTED

    @property
    def reached_at(self) -> datetime | None:
        """When the present stage began."""
        return self.finished_at or self.started_at or self.arrived_at or self.on_the_way_at


class WaitingScreen(models.Model):
    """A secret address that a screen in the waiting room shows. Only the row opens it: called
    back, the address is as if it had never been.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="screens")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic"],
                condition=Q(revoked_at__isnull=True),
                name="waitingscreen_one_live",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="waitingscreen_made_before_revoked",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class DelayNotice(models.Model):
    """Those who were expected were told how late the consultation is. Until `quiet_until` nobody
    is told again.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="delay_notices")
    minutes = models.PositiveSmallIntegerField(_("minutos"))
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("avisado"))
    quiet_until = models.DateTimeField()

    class Meta:
        verbose_name = _("aviso de retraso")
        verbose_name_plural = _("avisos de retraso")
        constraints = [
            ExclusionConstraint(
                name=TOLD_JUST_NOW,
                expressions=[
                    ("clinic", RangeOperators.EQUAL),
                    (
                        Func(
                            F("at"),
                            F("quiet_until"),
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(LEAST_DELAY, MOST_DELAY)),
                name="delaynotice_minutes",
            ),
            models.CheckConstraint(
                condition=Q(quiet_until__gt=F("at")), name="delaynotice_quiet_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} {self.at:%Y-%m-%d %H:%M}"
