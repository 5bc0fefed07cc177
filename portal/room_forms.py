"""Input of the waiting room -> clean values. Never writes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.enums import Stage
from appointments.models import LEAST_DELAY, MOST_DELAY
from core.forms import Form
from portal.room import SAID

UNKNOWN = _("Ese paso no existe. Vuelva a abrir la sala.")
BAD_DELAY = _("Escriba un retraso de 5 a 240 minutos.")


class StepForm(Form):
    """A tap; `was` is what the page showed, for a step back."""

    step = forms.ChoiceField(
        choices=[(step, step) for step in SAID],
        error_messages={"required": UNKNOWN, "invalid_choice": UNKNOWN},
    )
    was = forms.ChoiceField(
        choices=Stage.choices, required=False, error_messages={"invalid_choice": UNKNOWN}
    )
    volver = forms.CharField(max_length=200, required=False)


class DelayForm(Form):
    minutes = forms.IntegerField(
        min_value=LEAST_DELAY,
        max_value=MOST_DELAY,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), BAD_DELAY),
    )
