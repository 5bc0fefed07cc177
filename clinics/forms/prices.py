"""Amounts as they are typed, and the list of what each type of visit costs."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from clinics.terms import LONGEST_TYPE
from core.forms import Form, teach_manners
from core.money import MOST, is_exact, plain
from core.spelling import key_of

# Rows of the list, and how many empty ones are offered.
MOST_TYPES, FRESH = 12, 2


class MoneyField(forms.DecimalField):
    """Cents after a point or a comma."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value or "").strip().replace(",", "."))


def money_field(label: Any, help_text: Any = "") -> MoneyField:
    return MoneyField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=Decimal(0),
        max_value=MOST,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Escriba un número, por ejemplo 45 o 45,50."),
            "max_decimal_places": _("Escriba el precio sin puntos de miles, por ejemplo 45000."),
        },
    )


class PriceListForm(Form):
    """Rows of a name and a price; an empty row is none, which is how one is taken away."""

    needed_by_choice = frozenset(
        f"{part}_{n}" for part in ("type", "type_price") for n in range(MOST_TYPES)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(MOST_TYPES):
            name = forms.CharField(
                label=_("Tipo de consulta"),
                max_length=LONGEST_TYPE,
                required=False,
                widget=forms.TextInput({"autocomplete": "off"}),
            )
            row = {f"type_{n}": name, f"type_price_{n}": money_field(_("Su precio"))}
            for field in row.values():
                teach_manners(field)
            self.fields.update(row)

    @staticmethod
    def typed_of(clinic: Clinic) -> dict[str, str]:
        rows = enumerate(clinic.price_list)
        return {
            key: value
            for n, (name, price) in rows
            for key, value in (
                (f"type_{n}", name),
                (f"type_price_{n}", plain(price, clinic.currency)),
            )
        }

    @property
    def price_rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Those with something in them, and some to be filled."""
        rows = [(self[f"type_{n}"], self[f"type_price_{n}"]) for n in range(MOST_TYPES)]
        used = [n for n, row in enumerate(rows) if any(field.value() for field in row)]
        return iter(rows[: max(used, default=-1) + 1 + FRESH])

    def clean_list(self, data: dict[str, Any]) -> tuple[tuple[str, ...], tuple[Decimal, ...]]:
        """Names and prices of the rows that are filled."""
        found: dict[str, tuple[str, Decimal]] = {}
        for n in range(MOST_TYPES):
            name = " ".join(str(data.get(f"type_{n}") or "").split())
            price = data.get(f"type_price_{n}")
            if self._is_refused(n, name, price, data.get("currency"), found):
                continue
            if name and price is not None:
                found[key_of(name)] = (name, price)
        rows = list(found.values())
        return tuple(name for name, _price in rows), tuple(price for _name, price in rows)

    def _is_refused(
        self, n: int, name: str, price: Decimal | None, currency: str | None, found: object
    ) -> bool:
        field, money = f"type_{n}", f"type_price_{n}"
        if field in self.errors or money in self.errors:
            return True
        if name and price is None:
            self.add_error(money, _("Escriba su precio; si no cuesta nada, 0."))
        elif price is not None and not name:
            self.add_error(field, _("Escriba a qué tipo de consulta corresponde ese precio."))
        elif name and key_of(name) in found:  # type: ignore[operator]
            self.add_error(field, _("Ese tipo ya está en la lista."))
        elif price is not None and currency and not is_exact(price, currency):
            words = _("En %(currency)s el precio va sin decimales.") % {"currency": currency}
            self.add_error(money, words)
        return field in self.errors or money in self.errors
