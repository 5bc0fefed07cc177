"""Input of the pages where the desk acts on visits -> clean values. Never writes."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import Patient
from appointments.forms import PHONE_EXAMPLES
from appointments.services.desk_booking import LONGEST, SHORTEST, NewPatient
from clinics.models import Clinic
from core.converters import FORMAT
from core.forms import ClockField, DayField, Form, RadioCards, wall_time
from core.templatetags.when import money
from portal.people import words_of

KNOWN, NEW = "known", "new"
AHEAD = timedelta(days=731)
# Buttons that only change what the form shows; the rest of what was typed stays.
PICK, GO, FIND = "pick", "go", "find"
OVERRIDE = "override"
MESSAGE_HINT = _("Lo lee en la página de su cita. El correo solo dice que hay un mensaje.")


def message_field(label: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label or _("Mensaje para el paciente"),
        required=False,
        max_length=600,
        help_text=MESSAGE_HINT,
        widget=forms.Textarea({"rows": 3}),
    )


class WhenForm(Form):
    """Day, wall time and length of a visit in one clinic."""

    day = DayField(label=_("Día"))
    clock = ClockField(label=_("Hora"))
    minutes = forms.IntegerField(
        label=_("Minutos"),
        min_value=SHORTEST,
        max_value=LONGEST,
        widget=forms.NumberInput({"inputmode": "numeric", "step": "5"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["day"]
        day.earliest, day.latest = today, today + AHEAD  # type: ignore[attr-defined]

    def clean_clock(self) -> int:
        minute: int = self.cleaned_data["clock"]
        if minute >= 24 * 60:
            raise ValidationError(_("La última hora de un día es 23:59."))
        return minute

    def starts_at(self, zone: str) -> datetime:
        """UTC; a wall time that comes twice is its first, one that is skipped moves on."""
        return instant_of(self.cleaned_data["day"], self.cleaned_data["clock"], zone)


class MoveForm(WhenForm):
    message = message_field()


class ContactForm(Form):
    """How a patient without account is reached: by one of the two at least."""

    phone = PhoneNumberField(
        label=_("Celular"),
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Correo electrónico"),
        required=False,
        help_text=_("Recibirá un correo con la cita y un enlace para verla o cambiarla."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    needed_by_choice = frozenset({"phone", "email"})

    def at_home_in(self, country: str) -> None:
        """Phones are typed as in that country."""
        phone: Any = self.fields["phone"]
        phone.region = country
        example = PHONE_EXAMPLES.get(country, "+593 99 123 4567")
        phone.error_messages["invalid"] = _(
            "Escriba un celular completo, por ejemplo %(example)s."
        ) % {"example": example}

    def require_one(self, data: dict[str, Any]) -> None:
        if not {"phone", "email"} & self.errors.keys() and not (data["phone"] or data["email"]):
            self.add_error("phone", _("Escriba un celular o un correo del paciente."))


class PatientContactForm(ContactForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.require_one(data)
        return data


class NewVisitForm(WhenForm, ContactForm):
    clinic = forms.ChoiceField(label=_("Consultorio"))
    who = forms.ChoiceField(
        label=_("¿Para quién es la cita?"),
        choices=[(KNOWN, _("Un paciente conocido")), (NEW, _("Un paciente nuevo"))],
        initial=KNOWN,
        widget=RadioCards,
    )
    search = forms.CharField(
        label=_("Buscar por nombre, celular o código de cita"),
        required=False,
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off", "type": "search"}),
    )
    patient = forms.ChoiceField(
        label=_("Elija al paciente"), required=False, widget=forms.RadioSelect
    )
    first_names = forms.CharField(label=_("Nombres"), max_length=80, required=False)
    last_names = forms.CharField(label=_("Apellidos"), max_length=80, required=False)
    visit_type = forms.ChoiceField(label=_("Tipo de consulta"), required=False)
    reason = forms.CharField(
        label=_("Motivo de la consulta"),
        required=False,
        max_length=600,
        help_text=_("Lo ven usted y el paciente. No sale en correos."),
        widget=forms.Textarea({"rows": 2}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    needed_by_choice = frozenset(
        {"search", "patient", "first_names", "last_names", "phone", "email", "visit_type"}
    )

    def __init__(
        self,
        *args: Any,
        clinics: Sequence[Clinic],
        clinic: Clinic,
        people: Sequence[Patient],
        sees_clinical: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.public_id): person for person in people}
        fields: dict[str, Any] = self.fields
        fields["clinic"].choices = [(str(c.public_id), c.name) for c in clinics]
        fields["patient"].choices = [(key, words_of(p)) for key, p in self.people.items()]
        if len(clinics) == 1:
            fields["clinic"].widget = forms.HiddenInput()
        fields["visit_type"].choices = _types_of(clinic)
        if not clinic.visit_types:
            del fields["visit_type"]
        if not sees_clinical:
            del fields["reason"]
        self.at_home_in(str(clinic.country))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("who") == KNOWN and not data.get("patient") and "patient" not in self.errors:
            self.add_error("search", _("Busque al paciente y elíjalo de la lista."))
        elif data.get("who") == NEW:
            self._clean_new(data)
        return data

    def _clean_new(self, data: dict[str, Any]) -> None:
        if not data.get("first_names") and "first_names" not in self.errors:
            self.add_error("first_names", _("Escriba los nombres del paciente."))
        if not data.get("last_names") and "last_names" not in self.errors:
            self.add_error("last_names", _("Escriba los apellidos del paciente."))
        self.require_one(data)

    @property
    def known(self) -> Patient | None:
        data = self.cleaned_data
        return self.people[data["patient"]] if data["who"] == KNOWN else None

    @property
    def new(self) -> NewPatient | None:
        data = self.cleaned_data
        if data["who"] == KNOWN:
            return None
        return NewPatient(
            data["first_names"], data["last_names"], str(data["phone"] or ""), data["email"]
        )


def _types_of(clinic: Clinic) -> list[tuple[str, str]]:
    """Each with its price; without one the visit has the clinic's own."""
    own = money(clinic.price, clinic.currency)
    usual = _("Sin tipo: %(price)s") % {"price": own} if own else _("Sin tipo")
    listed = [(n, f"{n} · {money(price, clinic.currency)}") for n, price in clinic.price_list]
    return [("", str(usual)), *listed]


class CancelForm(Form):
    message = message_field()


class AnswerForm(Form):
    """A request is accepted, or declined with a word to the patient."""

    ACCEPT, DECLINE = "accept", "decline"

    answer = forms.ChoiceField(
        choices=[(ACCEPT, _("Aceptar")), (DECLINE, _("No aceptar"))], widget=forms.HiddenInput
    )
    message = message_field(_("Mensaje, si no la acepta"))


def instant_of(day: date, minute: int, zone: str) -> datetime:
    """24:00 is the next day's midnight."""
    if minute >= 24 * 60:
        day, minute = day + timedelta(days=1), minute - 24 * 60
    wall = datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=ZoneInfo(zone))
    return wall.astimezone(UTC)


def typed_instant(stamp: str, zone: str) -> dict[str, str]:
    """What one would have typed for an instant; nothing for a stamp that is none."""
    try:
        local = datetime.strptime(stamp, FORMAT).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    except (ValueError, OverflowError):
        return {}
    return {"day": f"{local:%Y-%m-%d}", "clock": wall_time(local.hour * 60 + local.minute)}


def edited(data: QueryDict, zone: str) -> dict[str, Any] | None:
    """What is typed after a button that only changes what is shown; None for the real thing."""
    if not {PICK, GO, FIND} & data.keys():
        return None
    typed = {name: data[name] for name in data}
    if PICK in data:
        typed.update(typed_instant(str(data[PICK]), zone))
    elif data.get(GO):
        typed["day"] = data[GO]
    return typed


def is_told(data: QueryDict, clinic_id: uuid.UUID, starts_at: datetime, minutes: int) -> bool:
    """Whether «outside hours» was pressed after the warning about this very time."""
    return data.get(OVERRIDE) == override_of(clinic_id, starts_at, minutes)


def override_of(clinic_id: uuid.UUID, starts_at: datetime, minutes: int) -> str:
    return f"{clinic_id}/{starts_at.strftime(FORMAT)}/{minutes}"
