"""Input of the pages about reception -> clean values. Never writes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinics.enums import AssistantNotice
from clinics.models import Clinic
from core.forms import Form

EMAIL_HINT = _(
    "Le enviaremos una invitación. Entra con su propia cuenta y contraseña, nunca con las de usted."
)
CLINICS_HINT = _("Verá la agenda y los datos de contacto de estos consultorios, de ninguno más.")
NOTICES_HINT = _("En sus avisos y por correo. La agenda la ve siempre, aunque no elija ninguno.")


class WorkForm(Form):
    """Which of the doctor's clinics somebody works with, and what they are told of them."""

    clinics = forms.MultipleChoiceField(
        label=_("Consultorios"),
        help_text=CLINICS_HINT,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Elija al menos un consultorio.")},
    )
    notices = forms.MultipleChoiceField(
        label=_("Qué mensajes recibe"),
        help_text=NOTICES_HINT,
        choices=AssistantNotice.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, clinics: Iterable[Clinic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(clinic.public_id): clinic for clinic in clinics}
        choices = [(key, clinic.name) for key, clinic in self.offered.items()]
        self.fields["clinics"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial.setdefault("clinics", [choices[0][0]])

    @property
    def chosen(self) -> list[Clinic]:
        return [self.offered[key] for key in self.cleaned_data["clinics"]]


class AssistantForm(WorkForm):
    name = forms.CharField(
        label=_("Nombre y apellido"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Correo electrónico"),
        help_text=EMAIL_HINT,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    field_order = ("name", "email", "clinics", "notices")
