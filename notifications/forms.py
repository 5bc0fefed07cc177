"""Input of the page about messages -> clean values. Never writes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import User
from clinics.enums import Reminder
from core.forms import Form, RadioCards
from notifications.enums import OUTSIDE, PHONE, Channel
from notifications.models import Preferences
from notifications.readers import channels_in_use
from notifications.services.preferences import Wishes

AS_CLINIC, OWN, NONE = "clinic", "own", "none"
NOT_USED = ""


class PreferencesForm(Form):
    first = forms.ChoiceField(label=_("Escríbame primero por"))
    second = forms.ChoiceField(
        label=_("Si no llega, por"),
        required=False,
        help_text=_("Lo intentamos por aquí cuando lo primero no funciona."),
    )
    third = forms.ChoiceField(label=_("Y si tampoco llega, por"), required=False)
    phone = PhoneNumberField(
        label=_("Celular para SMS y WhatsApp"),
        required=False,
        help_text=_("Vacío: el de sus datos o el que deja al reservar. Por ejemplo +593991234567."),
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
        error_messages={"invalid": _("Escriba el celular con el código de su país.")},
    )
    which = forms.ChoiceField(
        label=_("Recordatorios de sus citas"),
        choices=[
            (AS_CLINIC, _("Los que envía cada consultorio")),
            (OWN, _("Solo los que elijo")),
            (NONE, _("Ninguno")),
        ],
        widget=RadioCards,
    )
    reminders = forms.MultipleChoiceField(
        label=_("Los que elijo"),
        choices=Reminder.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wants_feedback = forms.BooleanField(
        label=_("Preguntarme cómo me fue después de una cita"), required=False
    )
    wants_digest = forms.BooleanField(
        label=_("Las citas del día, cada mañana a las 8:00"), required=False
    )
    wants_opinions = forms.BooleanField(label=_("Nuevas opiniones de pacientes"), required=False)

    def __init__(self, *args: Any, account: User, preferences: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, initial=initial_of(preferences), **kwargs)
        offered = [(c.value, c.label) for c in OUTSIDE if c in channels_in_use()]
        nothing = (NOT_USED, _("No probar otro"))
        self.fields["first"].choices = offered  # type: ignore[attr-defined]
        for name in ("second", "third"):
            self.fields[name].choices = [nothing, *offered]  # type: ignore[attr-defined]
        self._leave_out(len(offered), account)

    def _leave_out(self, channels: int, account: User) -> None:
        """Questions that have one answer only, or are for others."""
        names = ["second", "third"][max(channels - 1, 0) :]
        if not channels_in_use() & PHONE:
            names.append("phone")
        if not account.is_doctor:
            names.append("wants_opinions")
        if not (account.is_doctor or account.is_assistant):
            names.append("wants_digest")
        for name in names:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("which") == OWN and not data.get("reminders"):
            self.add_error("reminders", _("Elija al menos un recordatorio, o «Ninguno»."))
        return data

    @property
    def order(self) -> list[Channel]:
        """Each once, in the order in which they were chosen."""
        names = [self.cleaned_data.get(n) for n in ("first", "second", "third")]
        return [Channel(name) for name in dict.fromkeys(filter(None, names))]

    def wishes(self, present: Preferences) -> Wishes:
        """What was not asked stays as it was."""
        data = self.cleaned_data
        which = {AS_CLINIC: None, OWN: data["reminders"], NONE: []}
        return Wishes(
            channels=self.order,
            phone=str(data.get("phone", present.phone) or ""),
            reminders=which[data["which"]],
            wants_feedback=data["wants_feedback"],
            wants_digest=data.get("wants_digest", present.wants_digest),
            wants_opinions=data.get("wants_opinions", present.wants_opinions),
        )


def initial_of(preferences: Preferences) -> dict[str, Any]:
    order = [c for c in preferences.channels if c in channels_in_use()]
    own = preferences.reminders
    return {
        **dict(zip(("first", "second", "third"), order, strict=False)),
        "phone": preferences.phone.as_international if preferences.phone else "",
        "which": AS_CLINIC if own is None else OWN if own else NONE,
        "reminders": Reminder.values if own is None else own,
        "wants_feedback": preferences.wants_feedback,
        "wants_digest": preferences.wants_digest,
        "wants_opinions": preferences.wants_opinions,
    }
