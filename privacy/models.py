"""What a person asked of us about their data: a copy of it, or that the account is closed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.crypto import sealed_bytes, sealed_text


class DataExport(models.Model):
    """A copy of all of an account's data, made by a worker and fetched by its owner alone until it
    expires; then the file goes and the row stays.
    """

    # Of megabytes each.
    RESEALED_AT_ONCE = 2

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports"
    )
    requested_at = models.DateTimeField(_("pedida"))
    ready_at = models.DateTimeField(_("lista"), null=True)
    expires_at = models.DateTimeField(_("vence"), null=True)
    failed_at = models.DateTimeField(_("falló"), null=True)
    # How often a worker has begun it, and when last: one that takes its worker down ends, too.
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    tried_at = models.DateTimeField(null=True)
    content_sealed = models.BinaryField(null=True)
    content: bytes = sealed_bytes("content")
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("copia de datos")
        verbose_name_plural = _("copias de datos")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(ready_at__isnull=True, failed_at__isnull=True),
                name="dataexport_one_at_a_time",
                violation_error_message=_("Ya estamos preparando una copia de sus datos."),
            ),
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True, expires_at__isnull=True)
                | Q(ready_at__isnull=False, expires_at__gt=F("ready_at")),
                name="dataexport_expires",
            ),
            models.CheckConstraint(
                condition=Q(content_sealed__isnull=True) | Q(ready_at__isnull=False),
                name="dataexport_content_is_ready",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"],
                name="dataexport_to_make",
                condition=Q(ready_at__isnull=True, failed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Closing(models.Model):
    """That an account is to be closed: taken back until `due_at`, erased by a worker then. The row
    stays as the proof that it was asked for; it names nobody (docs/adr/0045).
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="closings"
    )
    requested_at = models.DateTimeField(_("pedido"))
    due_at = models.DateTimeField(_("se cierra"))
    withdrawn_at = models.DateTimeField(_("retirado"), null=True)
    done_at = models.DateTimeField(_("cerrada"), null=True)

    class Meta:
        verbose_name = _("cierre de cuenta")
        verbose_name_plural = _("cierres de cuenta")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(withdrawn_at__isnull=True),
                name="closing_once",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("requested_at")), name="closing_can_be_taken_back"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True)
                | Q(withdrawn_at__isnull=True, done_at__gte=F("due_at")),
                name="closing_done_when_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="closing_due",
                condition=Q(withdrawn_at__isnull=True, done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.due_at:%Y-%m-%d %H:%M}"


class Custody(models.Model):
    """Who keeps the records of a doctor whose account is closed, as the team agreed with them, and
    why it is closed so. Until `keep_until`, a date in UTC, a law has the records say who wrote
    them: then the doctor's name goes, too, and this row (docs/adr/0045).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    closing = models.OneToOneField(Closing, on_delete=models.PROTECT, related_name="custody")
    custodian_sealed = models.BinaryField()
    custodian = sealed_text("custodian")
    reason_sealed = models.BinaryField()
    reason = sealed_text("reason")
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(_("acordado"))
    country = models.CharField(_("país"), max_length=2)
    source = models.CharField(_("norma"), max_length=120, blank=True)
    keep_until = models.DateField(_("hasta"))

    class Meta:
        verbose_name = _("custodia de historias")
        verbose_name_plural = _("custodias de historias")
        indexes = [models.Index(fields=["keep_until"], name="custody_due")]

    def __str__(self) -> str:
        return str(self.public_id)
