"""A patient's tap on the day of the visit, from their page or from a message's link."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from appointments.enums import SaidBy, Stage
from appointments.models import Appointment
from appointments.services.days import check_in, say_on_the_way, take_back
from core.forms import Form

ON_THE_WAY, HERE, BACK = "on_the_way", "here", "back"
UNKNOWN = gettext_lazy("Ese paso no existe. Vuelva a abrir la página de su cita.")


class StepForm(Form):
    """`was` is what the page showed, for a step back."""

    step = forms.ChoiceField(
        choices=[(step, step) for step in (ON_THE_WAY, HERE, BACK)],
        error_messages={"required": UNKNOWN, "invalid_choice": UNKNOWN},
    )
    was = forms.ChoiceField(
        choices=Stage.choices, required=False, error_messages={"invalid_choice": UNKNOWN}
    )

    @property
    def sentence(self) -> str:
        return str(next(iter(self.errors.values()))[0])


def take_step(form: StepForm, visit: Appointment, *, actor: User | None, now: datetime) -> str:
    """What to say afterwards. Raises what the services refuse."""
    step = form.cleaned_data["step"]
    if step == ON_THE_WAY:
        say_on_the_way(appointment=visit, actor=actor, now=now)
        return _("Gracias: la recepción sabe que está en camino.")
    if step == HERE:
        check_in(appointment=visit, said_by=SaidBy.PATIENT, actor=actor, now=now)
        return _("Gracias: la recepción sabe que llegó.")
    was = Stage(form.cleaned_data["was"] or Stage.EXPECTED)
    take_back(appointment=visit, was=was, said_by=SaidBy.PATIENT, actor=actor, now=now)
    return _("Listo: lo deshicimos.")
