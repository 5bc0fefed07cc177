"""Patients who are asked to choose another time, because theirs cannot be."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.enums import RelocationEnd
from appointments.models.visits import Appointment

OPEN_ONCE = "relocation_open_once"


class Relocation(models.Model):
    """One visit whose patient is asked (FHIR AppointmentResponse, tentative): until `answer_by`
    each of its times is held for them alone. `cause_id` is the public id of what was in the way.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="relocations")
    cause_id = models.UUIDField()
    # The time that cannot be: a visit that has another one now is not asked about any more.
    asked_starts_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    end = models.CharField(max_length=9, choices=RelocationEnd, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pregunta por otra hora")
        verbose_name_plural = _("preguntas por otra hora")
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=Q(end=""), name=OPEN_ONCE),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True)
                | (Q(end__in=sorted(RelocationEnd.values)) & Q(ended_at__isnull=False)),
                name="relocation_end_agrees",
            ),
            models.CheckConstraint(
                condition=Q(answer_by__gt=F("asked_at")) & Q(answer_by__lte=F("asked_starts_at")),
                name="relocation_answered_before_visit",
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], name="relocation_open", condition=Q(end="")),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.answer_by:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        return not self.end


class RelocationTime(models.Model):
    """A time that is held for the answer, by a hold like any other."""

    relocation = models.ForeignKey(Relocation, on_delete=models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()
    # Holds that ran out are swept away.
    hold = models.OneToOneField(
        Appointment, null=True, on_delete=models.SET_NULL, related_name="relocation_time"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["relocation", "starts_at"], name="relocationtime_once"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
