"""What somebody began to pay online, and what the provider said became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.enums import OnlineStatus
from appointments.models.payments import PaymentLine
from appointments.models.visits import Appointment
from clinics.enums import Currency

REFERENCE_ONCE = "onlinepayment_reference_once"


class OnlinePayment(models.Model):
    """The money itself is a line of the visit's account, written once it came."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="online_payments"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    provider = models.CharField(_("proveedor"), max_length=20)
    amount = models.DecimalField(_("valor"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("moneda"), max_length=3, choices=Currency)
    status = models.CharField(
        _("estado"), max_length=8, choices=OnlineStatus, default=OnlineStatus.OPEN
    )
    # The provider's name for it.
    reference = models.CharField(_("referencia"), max_length=80, blank=True)
    line = models.OneToOneField(
        PaymentLine, null=True, on_delete=models.PROTECT, related_name="online_payment"
    )
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pago en línea")
        verbose_name_plural = _("pagos en línea")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="onlinepayment_amount_positive"),
            models.CheckConstraint(
                condition=Q(status__in=sorted(OnlineStatus.values)),
                name="onlinepayment_status_known",
            ),
            models.CheckConstraint(
                condition=(Q(status=OnlineStatus.PAID, line__isnull=False) & ~Q(reference=""))
                | (~Q(status=OnlineStatus.PAID) & Q(line__isnull=True)),
                name="onlinepayment_line_if_paid",
            ),
            models.UniqueConstraint(
                fields=["provider", "reference"],
                condition=Q(status=OnlineStatus.PAID),
                name=REFERENCE_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.amount} {self.currency}"
