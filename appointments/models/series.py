"""Visits that were made as one: a control every some weeks (FHIR Appointment.recurrenceTemplate).

Each is a visit like any other, with its own code, timeline and calendar entry. Whose they are and
where, they say themselves. What is done to several of them at once is one act, told in one message.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.enums import ChangeKind
from appointments.models.visits import Appointment, AppointmentChange
from appointments.repeating import MOST, MOST_WEEKS

# A series may be continued when it ends.
LONGEST = 4 * MOST
ACTS = [ChangeKind.BOOKED, ChangeKind.RESCHEDULED, ChangeKind.CANCELLED]


class Series(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    every_weeks = models.PositiveSmallIntegerField(_("cada cuántas semanas"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("serie de citas")
        verbose_name_plural = _("series de citas")
        constraints = [
            models.CheckConstraint(
                condition=Q(every_weeks__range=(1, MOST_WEEKS)), name="series_every_weeks"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class SeriesVisit(models.Model):
    """A visit's place in its series. It stays when the visit is moved or cancelled."""

    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, related_name="places", db_index=False
    )
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="in_series"
    )
    number = models.PositiveSmallIntegerField(_("número"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="seriesvisit_number_once"),
            models.CheckConstraint(
                condition=Q(number__range=(1, LONGEST)), name="seriesvisit_number_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id}/{self.number}"


class SeriesAct(models.Model):
    """What was done to `size` visits of a series at once. Only grows."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=12, choices=ChangeKind)
    size = models.PositiveSmallIntegerField()
    # Dates that the series would have had: the exceptions, named to the patient.
    skipped = ArrayField(models.DateTimeField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ACTS), name="seriesact_kind_known"),
            models.CheckConstraint(condition=Q(size__gte=1), name="seriesact_size"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.size}"


class SeriesLine(models.Model):
    """A line of a visit's timeline that an act wrote: the first of them tells of all."""

    act = models.ForeignKey(
        SeriesAct, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    change = models.OneToOneField(
        AppointmentChange, on_delete=models.PROTECT, related_name="series_line"
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["act", "position"], name="seriesline_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.act_id}/{self.position}"

    @property
    def tells(self) -> bool:
        return self.position == 0
