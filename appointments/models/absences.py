"""Time that a doctor takes for themselves."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doctors.models import Doctor


class Absence(models.Model):
    """A stretch when the doctor sees nobody, in any clinic (FHIR Slot busy-unavailable)."""

    doctor = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="absences")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    starts_at = models.DateTimeField(_("desde"))
    ends_at = models.DateTimeField(_("hasta"))
    note = models.CharField(_("nota"), max_length=120, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("ausencia")
        verbose_name_plural = _("ausencias")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="absence_ends_after_start",
                violation_error_message=_("La ausencia debe terminar después de empezar."),
            ),
        ]
        indexes = [models.Index(fields=["doctor", "starts_at"], name="absence_of_doctor")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
