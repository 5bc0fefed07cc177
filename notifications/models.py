"""The ledger: one row for each message that somebody must get."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models import AppointmentChange
from core.models import Event, StoredMail
from notifications.enums import Audience, Channel, Kind, State

OPEN_STATES = [State.PLANNED, State.FAILED, State.SENDING]


class Message(models.Model):
    """One (event, recipient, channel, kind). The unique key makes a second one impossible."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(_("tipo"), max_length=20, choices=Kind)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel)
    audience = models.CharField(_("para"), max_length=10, choices=Audience)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="messages"
    )
    address = models.EmailField(_("dirección"), max_length=320)
    change = models.ForeignKey(
        AppointmentChange, null=True, on_delete=models.PROTECT, related_name="messages"
    )
    mail = models.ForeignKey(StoredMail, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.PLANNED)
    due_at = models.DateTimeField(_("enviar desde"))
    attempts = models.PositiveSmallIntegerField(_("intentos"), default=0)
    lease_until = models.DateTimeField(null=True)
    # How often a worker died between claiming and marking: the outcome was unknown each time.
    lapses = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("enviado"), null=True)
    last_error = models.CharField(_("último error"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mensaje")
        verbose_name_plural = _("mensajes")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "address", "audience", "channel", "kind"],
                name="message_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENT) | Q(sent_at__isnull=False),
                name="message_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="message_due", condition=Q(state__in=OPEN_STATES)),
            models.Index(fields=["change"], name="message_of_change"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def message_id(self) -> str:
        """RFC 5322 Message-ID: the same at each attempt, so that a repeat can be recognised."""
        return f"<{self.public_id}@doctobooking>"
