"""What a consultorio asks to be paid besides its price: as it is now, and as a visit was booked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.enums import PaymentTime


class PaymentTerms(models.Model):
    """The same columns on a clinic, where they are edited, and on a visit, where they never are."""

    # None: nothing is asked.
    late_cancellation_fee = models.DecimalField(
        _("cargo por cancelar tarde"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    no_show_fee = models.DecimalField(
        _("cargo por no asistir"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    # The database's defaults let the release before this one go on booking.
    payment_time = models.CharField(
        _("cuándo se paga"),
        max_length=6,
        choices=PaymentTime,
        blank=True,
        default="",
        db_default="",
    )
    deposit_terms = models.CharField(
        _("anticipo"), max_length=300, blank=True, default="", db_default=""
    )
    # A visit within so many days after one that was attended costs nothing; 0: each has its price.
    follow_up_days = models.PositiveSmallIntegerField(
        _("control sin costo (días)"), default=0, db_default=0
    )

    class Meta:
        abstract = True


TERMS = tuple(field.name for field in PaymentTerms._meta.fields)


def fees_are_positive(model: str) -> models.CheckConstraint:
    """A fee of nothing is no fee."""
    fees = ("late_cancellation_fee", "no_show_fee")
    condition = Q()
    for fee in fees:
        condition &= Q(**{f"{fee}__isnull": True}) | Q(**{f"{fee}__gt": 0})
    return models.CheckConstraint(
        condition=condition,
        name=f"{model}_fees_positive",
        violation_error_message=_("Un cargo debe ser mayor que cero."),
    )
