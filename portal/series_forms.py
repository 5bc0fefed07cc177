"""Input of the pages about series -> clean values. Never writes."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.refusals import SeriesRefused
from appointments.repeating import FEWEST, MOST, MOST_WEEKS
from appointments.series import Wish
from core.converters import FORMAT
from core.forms import UNKNOWN_CHOICE, ClockField, DayField, Form
from portal.visit_forms import AHEAD, instant_of, message_field

# What is decided about a date that is in the way, besides another time.
SKIP, ANYWAY = "saltar", "igual"
# Further from its date no other time was offered.
NEAR = timedelta(days=8)


class BadChoice(SeriesRefused):
    status = 422
    message = UNKNOWN_CHOICE


class FormBroken(SeriesRefused):
    status = 422
    message = _("A este formulario le faltan datos. Revise las fechas y confirme otra vez.")


class RepeatForm(Form):
    """How often; `veces` counts the visit itself, as RFC 5545 COUNT does."""

    cada = forms.IntegerField(
        label=_("Cada cuántas semanas"),
        min_value=1,
        max_value=MOST_WEEKS,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    veces = forms.IntegerField(
        label=_("Cuántas citas, con esta"),
        min_value=FEWEST,
        max_value=MOST,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        weeks = data.get("cada", 0) * (data.get("veces", 1) - 1)
        if timedelta(weeks=weeks) > AHEAD:
            self.add_error("veces", _("Reserve como máximo dos años: ponga menos citas."))
        return data


class ShiftForm(Form):
    """Where the visit goes; those that come after it go as far."""

    fecha = DayField(label=_("Nuevo día"))
    hora = ClockField(label=_("Nueva hora"))
    message = message_field()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["fecha"]
        day.earliest, day.latest = today, today + AHEAD  # type: ignore[attr-defined]

    def clean_hora(self) -> int:
        minute: int = self.cleaned_data["hora"]
        if minute >= 24 * 60:
            raise ValidationError(_("La última hora de un día es 23:59."))
        return minute

    def starts_at(self, zone: str) -> datetime:
        return instant_of(self.cleaned_data["fecha"], self.cleaned_data["hora"], zone)


def choice_of(data: QueryDict, wish: Wish) -> str:
    return str(data.get(f"fecha_{wish.key}", ""))


def decided(wish: Wish, choice: str) -> Wish:
    """The wish as the desk decided about it. Raises BadChoice for what no page offers."""
    if not choice:
        return wish
    if choice == SKIP:
        return replace(wish, starts_at=None)
    if choice == ANYWAY:
        return replace(wish, is_override=True)
    try:
        at = datetime.strptime(choice, FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise BadChoice from None
    if abs(at - wish.wished) > NEAR:
        raise BadChoice
    return replace(wish, starts_at=at)


def key_of(data: QueryDict) -> uuid.UUID:
    """The form's idempotency key. Raises FormBroken."""
    try:
        return uuid.UUID(data.get("key", ""))
    except ValueError:
        raise FormBroken from None
