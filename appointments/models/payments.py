"""A visit's account: charged, paid, given back and forgiven, line by line. It only grows."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Floor
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.enums import MONEY_MOVES, Fee, LineKind
from appointments.models.visits import Appointment
from clinics.enums import Currency, PaymentMethod
from core.money import WHOLE
from doctors.models import Doctor

RECEIPT_ONCE = "paymentline_receipt_once"
KEY_ONCE = "paymentline_key_once"
VOIDED_ONCE = "paymentline_voided_once"
# What a line adds to what the patient still has to pay.
RAISES = frozenset({LineKind.CHARGE, LineKind.REFUND})
LOWERS = frozenset({LineKind.PAYMENT, LineKind.WAIVER})


class PaymentLineQuerySet(models.QuerySet["PaymentLine"]):
    def with_money(self) -> "PaymentLineQuerySet":
        """Money changed hands, or such a line was voided."""
        return self.exclude(method="")

    def with_receipt(self) -> "PaymentLineQuerySet":
        return self.filter(receipt_number__isnull=False)


class PaymentLine(models.Model):
    """Postgres refuses to change or delete one, and one that does not fit its visit (a trigger)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="payment_lines", verbose_name=_("cita")
    )
    # The visit's: receipts are numbered for each doctor.
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="payment_lines", verbose_name=_("médico")
    )
    kind = models.CharField(_("tipo"), max_length=8, choices=LineKind)
    amount = models.DecimalField(_("valor"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("moneda"), max_length=3, choices=Currency)
    # `amount`, or less than nothing: what the line adds to what is still to be paid.
    effect = models.DecimalField(max_digits=12, decimal_places=2, editable=False)
    # A void has that of the line that it voids.
    method = models.CharField(_("forma de pago"), max_length=10, choices=PaymentMethod, blank=True)
    fee = models.CharField(_("concepto"), max_length=8, choices=Fee, blank=True)
    receipt_number = models.PositiveIntegerField(_("recibo"), null=True)
    voids = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="voided_by",
        verbose_name=_("anula"),
    )
    # For the desk; no health data. The patient does not see it.
    note = models.CharField(_("nota"), max_length=120, blank=True)
    # Of the form that wrote the line: posted again, it writes no second one.
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("registrado por"),
    )
    at = models.DateTimeField(_("cuándo"), default=timezone.now)

    objects = PaymentLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("movimiento de la cuenta")
        verbose_name_plural = _("movimientos de la cuenta")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="paymentline_amount_positive",
                violation_error_message=_("El valor debe ser mayor que cero."),
            ),
            models.CheckConstraint(
                condition=~Q(currency__in=sorted(WHOLE)) | Q(amount=Floor(F("amount"))),
                name="paymentline_amount_exact",
                violation_error_message=_("En esa moneda el valor va sin decimales."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(RAISES), effect=F("amount"))
                | Q(kind__in=sorted(LOWERS), effect=-F("amount"))
                | (Q(kind=LineKind.VOID) & (Q(effect=F("amount")) | Q(effect=-F("amount")))),
                name="paymentline_effect_agrees",
            ),
            models.CheckConstraint(
                condition=Q(kind=LineKind.VOID)
                | Q(kind__in=sorted(MONEY_MOVES), method__in=sorted(PaymentMethod.values))
                | (~Q(kind__in=sorted(MONEY_MOVES)) & Q(method="")),
                name="paymentline_method_agrees",
                violation_error_message=_("Elija la forma de pago."),
            ),
            models.CheckConstraint(
                # A comparison with NULL is neither true nor false, and so lets pass.
                condition=Q(receipt_number__isnull=False)
                & Q(kind__in=sorted(MONEY_MOVES), receipt_number__gte=1)
                | (~Q(kind__in=sorted(MONEY_MOVES)) & Q(receipt_number__isnull=True)),
                name="paymentline_receipt_agrees",
            ),
            models.CheckConstraint(
                condition=Q(kind=LineKind.CHARGE, fee__in=sorted(Fee.values))
                | (~Q(kind=LineKind.CHARGE) & Q(fee="")),
                name="paymentline_fee_agrees",
            ),
            models.CheckConstraint(
                condition=Q(kind=LineKind.VOID, voids__isnull=False)
                | (~Q(kind=LineKind.VOID) & Q(voids__isnull=True)),
                name="paymentline_voids_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LineKind.WAIVER) | ~Q(note=""),
                name="paymentline_waiver_has_reason",
                violation_error_message=_("Escriba por qué no se cobra."),
            ),
            models.UniqueConstraint(fields=["doctor", "receipt_number"], name=RECEIPT_ONCE),
            models.UniqueConstraint(fields=["voids"], name=VOIDED_ONCE),
            models.UniqueConstraint(fields=["recorded_by", "key"], name=KEY_ONCE),
        ]
        indexes = [models.Index(fields=["doctor", "at"], name="paymentline_of_doctor")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"
