"""Input of the pages about money -> clean values. Never writes."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.ledger import Ledger
from appointments.services.payments import Entry
from clinics.enums import AT_THE_DESK
from clinics.forms.prices import money_field
from clinics.models import Clinic
from core.forms import DayField, Form, RadioCards
from core.money import is_exact, plain

NOT_NOTHING = _("Escriba un valor mayor que cero.")
NO_HEALTH = _("No escriba datos de salud.")
METHODS = [(value, capfirst(label)) for value, label in AT_THE_DESK]
# What one look at the cash desk may span.
LONGEST = timedelta(days=366)


class EntryForm(Form):
    """A line of a visit's account. `key` makes a double click one line."""

    amount = money_field(_("Valor"))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, ledger: Ledger, **kwargs: Any) -> None:
        self.ledger = ledger
        initial = {"key": uuid.uuid4(), **self.usual(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        amount = self.fields["amount"]
        amount.required = True
        amount.label = f"{amount.label} ({ledger.visit.currency})"
        amount.error_messages["required"] = _("Escriba el valor.")
        for validator in amount.validators:
            if isinstance(validator, MinValueValidator):
                validator.message = NOT_NOTHING

    def usual(self) -> dict[str, Any]:
        return {"amount": plain(self.ledger.balance.owed, self.ledger.visit.currency)}

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        currency = self.ledger.visit.currency
        if not amount:
            raise ValidationError(NOT_NOTHING)
        if not is_exact(amount, currency):
            wish = _("En %(currency)s el valor va sin decimales.")
            raise ValidationError(wish % {"currency": currency})
        return amount

    def entry(self, actor: User) -> Entry:
        data, visit = self.cleaned_data, self.ledger.visit
        return Entry(
            visit=visit,
            actor=actor,
            key=data["key"],
            amount=data["amount"],
            currency=visit.currency,
            method=data.get("method", ""),
            note=data.get("note", ""),
        )


def note_field(
    label: Any, help_text: Any = NO_HEALTH, *, required: bool = False
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=120,
        required=required,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class PaymentForm(EntryForm):
    method = forms.ChoiceField(label=_("Forma de pago"), choices=METHODS, widget=RadioCards)
    note = note_field(
        _("Nota"), _("La ve solo el consultorio, por ejemplo «Voucher 1234». Sin datos de salud.")
    )

    def usual(self) -> dict[str, Any]:
        return {**super().usual(), "method": self.ledger.usual_method}


class RefundForm(PaymentForm):
    def usual(self) -> dict[str, Any]:
        balance, currency = self.ledger.balance, self.ledger.visit.currency
        return {
            "amount": plain(balance.credit or balance.paid, currency),
            "method": self.ledger.usual_method,
        }


class WaiverForm(EntryForm):
    note = note_field(
        _("Motivo"), _("Por ejemplo «Cortesía» o «Convenio». Sin datos de salud."), required=True
    )


class PriceForm(EntryForm):
    def usual(self) -> dict[str, Any]:
        return {}


class VoidForm(Form):
    note = note_field(_("Motivo"))
    key = forms.UUIDField(widget=forms.HiddenInput)


class SpanForm(Form):
    """`?consultorio=&desde=&hasta=` of a list; nothing said means all of it."""

    all_optional = True

    consultorio = forms.ChoiceField(label=_("Consultorio"), required=False)
    desde = DayField(label=_("Desde"), required=False)
    hasta = DayField(label=_("Hasta"), required=False)

    def __init__(self, *args: Any, clinics: Sequence[Clinic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clinics = {str(clinic.public_id): clinic for clinic in clinics}
        names = [(key, clinic.name) for key, clinic in self.clinics.items()]
        chosen: Any = self.fields["consultorio"]
        chosen.choices = [("", _("Todos")), *names]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("desde"), data.get("hasta")
        if since and until and until < since:
            self.add_error("hasta", _("La fecha final no puede ser anterior a la inicial."))
        return data

    @property
    def clinic(self) -> Clinic | None:
        return self.clinics.get(self.cleaned_data.get("consultorio", ""))


class OwedForm(SpanForm):
    DEBTS, CREDITS = "deben", "devolver"

    ver = forms.ChoiceField(
        choices=[(DEBTS, DEBTS), (CREDITS, CREDITS)], required=False, widget=forms.HiddenInput
    )

    @property
    def is_credits(self) -> bool:
        return bool(self.cleaned_data.get("ver") == self.CREDITS)


class CashForm(SpanForm):
    """Today, where no day is said."""

    def days(self, today: date) -> tuple[date, date]:
        since = self.cleaned_data.get("desde") or self.cleaned_data.get("hasta") or today
        return since, max(self.cleaned_data.get("hasta") or since, since)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        since, until = data.get("desde"), data.get("hasta")
        if since and until and until - since > LONGEST:
            self.add_error("hasta", _("Elija un año como máximo."))
        return data
