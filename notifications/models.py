"""The ledger: one row for each message that somebody must get, and how people want theirs."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from accounts.models import Patient
from appointments.models import Appointment, AppointmentChange, WaitingOffer
from clinics.enums import Reminder
from core.models import Event, StoredMail
from doctors.models import Doctor
from notifications.enums import OUTSIDE, Audience, Channel, Kind, State, Why

# What a worker may have to touch again.
OPEN_STATES = [State.PLANNED, State.FAILED, State.SENDING]
# How long an address that was refused is left alone: mailboxes get mended, full ones emptied.
SPARED = timedelta(days=7)


def default_order() -> list[str]:
    return [str(channel) for channel in OUTSIDE]


class MessageQuerySet(models.QuerySet["Message"]):
    def in_inbox(self) -> "MessageQuerySet":
        """What has arrived on our own pages, the latest first."""
        arrived = self.filter(channel=Channel.INBOX, state=State.SENT)
        return arrived.order_by("-sent_at", "-id")

    def unread(self) -> "MessageQuerySet":
        return self.filter(channel=Channel.INBOX, state=State.SENT, read_at__isnull=True)


class Message(models.Model):
    """One (visit, version of its time, reader, kind, channel): unique, so there is no second.

    Who reads it, where and in which language is decided when it is sent. What is not about a
    visit is one for each event and address, a digest one for each reader and day.
    """

    # What a worker's batch knows besides (services.batches).
    riders: Sequence["Message"] | None = None
    is_alone = False

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(_("tipo"), max_length=20, choices=Kind)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel)
    audience = models.CharField(_("para"), max_length=10, choices=Audience)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="messages"
    )
    # A visit has one patient and one doctor to tell, but several assistants: "" or who of them.
    reader_key = models.CharField(max_length=20, blank=True)
    # E-mail address or number (E.164): "" until it is known, or on our own pages.
    address = models.CharField(_("dirección"), max_length=320, blank=True)
    # No index of its own: the unique key begins with it.
    visit = models.ForeignKey(
        Appointment,
        null=True,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
    )
    # The visit's SEQUENCE that it tells of.
    version = models.PositiveIntegerField(null=True)
    change = models.ForeignKey(
        AppointmentChange, null=True, on_delete=models.PROTECT, related_name="messages"
    )
    # Whose day a digest is about: a date on the wall of the consultorio.
    doctor = models.ForeignKey(
        Doctor, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField(null=True)
    # Of the waiting list: the time that is told of.
    offer = models.ForeignKey(
        WaitingOffer, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    mail = models.ForeignKey(
        StoredMail, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # 0, and one more each time somebody sends it again.
    copy = models.PositiveSmallIntegerField(default=0)
    resent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    state = models.CharField(_("estado"), max_length=10, choices=State, default=State.PLANNED)
    why = models.CharField(_("por qué no"), max_length=20, choices=Why, blank=True)
    # The message whose channel failed for good: this one is to say the same elsewhere.
    instead_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="fallbacks", db_index=False
    )
    # Another message that this one went with.
    carrier = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="passengers", db_index=False
    )
    due_at = models.DateTimeField(_("enviar desde"))
    # When a worker may take it: `due_at`, the end of a worker's lease, or of a pause.
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(_("intentos"), default=0)
    # How often a worker died between taking and marking: the outcome was unknown each time.
    lapses = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("enviado"), null=True)
    read_at = models.DateTimeField(null=True)
    last_error = models.CharField(_("último error"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mensaje")
        verbose_name_plural = _("mensajes")
        permissions = [("resend_message", _("Puede enviar un mensaje otra vez"))]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "version", "audience", "reader_key", "kind", "channel", "copy"],
                name="message_once_per_visit",
            ),
            models.UniqueConstraint(
                fields=["event", "address", "audience", "channel", "kind", "copy"],
                condition=Q(visit__isnull=True),
                name="message_once",
            ),
            models.UniqueConstraint(
                fields=["recipient", "doctor", "day", "channel", "copy"],
                condition=Q(kind=Kind.DIGEST),
                name="message_digest_once",
            ),
            models.CheckConstraint(
                condition=Q(visit__isnull=True) | Q(version__isnull=False),
                name="message_of_visit_has_version",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENT) | Q(sent_at__isnull=False),
                name="message_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SUPPRESSED) ^ Q(why=""),
                name="message_suppressed_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="message_due", condition=Q(state__in=OPEN_STATES)
            ),
            # Few, whatever is planned: how old is what has not got through?
            models.Index(
                fields=["due_at"],
                name="message_in_trouble",
                condition=Q(state__in=[State.FAILED, State.SENDING]),
            ),
            # Each index is written anew whenever a worker touches a row: few, and only of rows
            # that have something to be found by.
            models.Index(
                fields=["carrier"], name="message_of_carrier", condition=Q(carrier__isnull=False)
            ),
            models.Index(
                fields=["instead_of"],
                name="message_instead_of",
                condition=Q(instead_of__isnull=False),
            ),
            models.Index(
                fields=["recipient", "-sent_at"],
                name="message_inbox",
                condition=Q(channel=Channel.INBOX, state=State.SENT),
            ),
            models.Index(
                fields=["recipient"],
                name="message_unread",
                condition=Q(channel=Channel.INBOX, state=State.SENT, read_at__isnull=True),
            ),
            models.Index(
                fields=["state", "created_at"],
                name="message_to_look_at",
                condition=Q(state__in=[State.GIVEN_UP, State.UNKNOWN]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def message_id(self) -> str:
        """RFC 5322 Message-ID: the same at each attempt, so that a repeat can be recognised."""
        return f"<{self.public_id}@doctobooking>"


class Preferences(models.Model):
    """How somebody wants messages; without a row, as the consultorio sets them.

    Of an account, or of a patient who has none.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="message_preferences",
    )
    patient = models.OneToOneField(
        Patient, null=True, on_delete=models.CASCADE, related_name="message_preferences"
    )
    # The next one is tried where one fails for good; what is not named is not used.
    channels = ArrayField(
        models.CharField(max_length=10, choices=[(c.value, c.label) for c in OUTSIDE]),
        default=default_order,
    )
    # Where SMS and WhatsApp go; "" is the number of one's own patient profile.
    phone = PhoneNumberField(_("celular"), blank=True)
    # Null: those that the consultorio sends.
    reminders = ArrayField(models.CharField(max_length=10, choices=Reminder), null=True, blank=True)
    wants_feedback = models.BooleanField(default=True)
    wants_digest = models.BooleanField(default=True)
    wants_opinions = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("preferencia de avisos")
        verbose_name_plural = _("preferencias de avisos")
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) ^ Q(patient__isnull=False),
                name="preferences_of_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RefusedAddress(models.Model):
    """An address or number that takes nothing: the mail server, or the provider, said so for good.

    For a while nothing else is tried there; what arrives after all takes the mark away.
    """

    channel = models.CharField(_("canal"), max_length=10, choices=Channel)
    # In lower case.
    address = models.CharField(_("dirección"), max_length=320)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="refused_addresses",
        verbose_name=_("cuenta"),
    )
    error = models.CharField(_("respuesta"), max_length=300)
    times = models.PositiveIntegerField(_("veces"), default=1)
    first_at = models.DateTimeField(_("desde"))
    last_at = models.DateTimeField(_("la última vez"))

    class Meta:
        verbose_name = _("dirección rechazada")
        verbose_name_plural = _("direcciones rechazadas")
        permissions = [("forgive_address", _("Puede volver a escribir a una dirección rechazada"))]
        constraints = [
            models.UniqueConstraint(fields=["channel", "address"], name="refusedaddress_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}"
