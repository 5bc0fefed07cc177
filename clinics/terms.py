"""What a consultorio asks to be paid besides its price: as it is now, and as a visit was booked."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from clinics.enums import PaymentTime

LONGEST_TYPE = 60


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


class VisitPrice(NamedTuple):
    name: str
    price: Decimal


class PriceList(models.Model):
    """What each type of visit costs in a clinic: two columns side by side, since pages that show a
    clinic show them too. Without types, each visit costs the clinic's one price.
    """

    price: "models.DecimalField[Any, Decimal | None]"
    visit_types = ArrayField(
        models.CharField(max_length=LONGEST_TYPE),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("tipos de consulta"),
    )
    visit_prices = ArrayField(
        models.DecimalField(max_digits=12, decimal_places=2),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("precios"),
    )

    class Meta:
        abstract = True

    @property
    def price_list(self) -> Sequence[VisitPrice]:
        return [VisitPrice(*row) for row in zip(self.visit_types, self.visit_prices, strict=True)]

    def has_type(self, name: str) -> bool:
        """Whether a patient may book it: one of the list, or none where there is no list."""
        return name in self.visit_types if self.visit_types else not name

    def price_of(self, name: str) -> Decimal | None:
        """Of a type of the list; "" is the clinic's own price. Raises KeyError."""
        return dict(self.price_list)[name] if name else self.price

    @property
    def asked_prices(self) -> Sequence[Decimal]:
        """All that a visit may cost: of the types, else the one price, if it is said."""
        if self.visit_prices:
            return list(self.visit_prices)
        return [] if self.price is None else [self.price]

    @property
    def lowest_price(self) -> Decimal | None:
        return min(self.asked_prices, default=None)


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


def price_list_agrees(model: str) -> models.CheckConstraint:
    """A price for each type, and none below nothing."""
    not_negative = Func(
        F("visit_prices"),
        template="(0 <= ALL(%(expressions)s))",
        output_field=models.BooleanField(),
    )
    return models.CheckConstraint(
        condition=Q(visit_types__len=F("visit_prices__len")) & Q(not_negative),
        name=f"{model}_price_list_agrees",
        violation_error_message=_("Cada tipo de consulta necesita su precio."),
    )
