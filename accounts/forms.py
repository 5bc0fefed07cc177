"""Input of the account's own pages -> clean values. Never writes."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from phonenumber_field.formfields import PhoneNumberField

from accounts.consent_forms import ConsentMixin
from accounts.enums import Relationship, Sex
from accounts.models import Patient, User
from accounts.national_ids import clean_national_id
from accounts.services import PersonalData
from core.forms import DateField, Form, LongSelect

PHONE_HINT = _("Con el código del país, por ejemplo +593 99 123 4567.")
PHONE_ERROR = _("Escriba el celular con el código del país, por ejemplo +593 99 123 4567.")


class PersonForm(ConsentMixin, Form):
    """What we know of a patient; only names are needed."""

    first_names = forms.CharField(
        label=_("Nombres"), max_length=80, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_names = forms.CharField(
        label=_("Apellidos"), max_length=80, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    birth_date = DateField(label=_("Fecha de nacimiento"), required=False, autocomplete="bday")
    sex = forms.ChoiceField(
        label=_("Sexo"), choices=Sex.choices, required=False, initial=Sex.UNKNOWN
    )
    phone = PhoneNumberField(
        label=_("Celular"),
        required=False,
        help_text=PHONE_HINT,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
        error_messages={"invalid": PHONE_ERROR},
    )
    id_country = forms.ChoiceField(label=_("País del documento"), required=False, widget=LongSelect)
    id_number = forms.CharField(label=_("Documento de identidad"), max_length=30, required=False)
    emergency_name = forms.CharField(
        label=_("Contacto de emergencia"), max_length=120, required=False
    )
    emergency_phone = PhoneNumberField(
        label=_("Celular del contacto de emergencia"),
        required=False,
        help_text=PHONE_HINT,
        widget=forms.TextInput({"inputmode": "tel", "type": "tel"}),
        error_messages={"invalid": PHONE_ERROR},
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_consent(account)
        self.fields["id_country"].choices = [  # type: ignore[attr-defined]
            ("", _("Elija un país")),
            *_countries(),
        ]

    def clean_sex(self) -> str:
        return self.cleaned_data["sex"] or Sex.UNKNOWN

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        number, country = data.get("id_number"), data.get("id_country")
        if number and not country and "id_country" not in self.errors:
            self.add_error("id_country", _("Elija el país que emitió el documento."))
        elif number and country:
            try:
                data["id_number"] = clean_national_id(country, number)
                # Capitals can be longer than what was typed: "ß" becomes "SS".
                self.fields["id_number"].run_validators(data["id_number"])
            except ValidationError as error:
                self.add_error("id_number", error)
        return data

    @property
    def personal_data(self) -> PersonalData:
        names = PersonalData.__dataclass_fields__
        return PersonalData(**{name: self.cleaned_data.get(name) or _empty(name) for name in names})

    @staticmethod
    def initial_of(patient: Patient) -> dict[str, Any]:
        fields = {name: getattr(patient, name) for name in PersonalData.__dataclass_fields__}
        for name in ("phone", "emergency_phone"):
            fields[name] = fields[name].as_international if fields[name] else ""
        return fields


class DependantForm(PersonForm):
    relationship = forms.ChoiceField(
        label=_("¿Qué es esta persona para usted?"),
        choices=[c for c in Relationship.choices if c[0] != Relationship.SELF],
    )
    field_order = ("first_names", "last_names", "relationship", "birth_date")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].required = True


class PreferencesForm(Form):
    language = forms.ChoiceField(label=_("Idioma"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Su zona horaria"),
        widget=LongSelect,
        help_text=_("Las citas se muestran siempre en la hora del consultorio."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(z, z.replace("_", " ")) for z in _zones()]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(user: User) -> dict[str, str]:
        return {"language": user.language, "time_zone": user.time_zone}


def _countries() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in countries]


@cache
def _zones() -> list[str]:
    """Zones of the Americas and Europe first, as places: the rest is for travellers."""
    places = sorted(z for z in available_timezones() if z.count("/") and not z.startswith("Etc/"))
    near = [z for z in places if z.startswith(("America/", "Atlantic/", "Europe/"))]
    return ["UTC", *near, *(z for z in places if z not in set(near))]


def _empty(name: str) -> Any:
    return None if name == "birth_date" else ""


class ViewAsForm(Form):
    """Why support looks at somebody's pages: the person reads it."""

    reason = forms.CharField(
        label=_("Por qué"), min_length=10, max_length=200,
        help_text=_("Por ejemplo: «No ve la hora que movió, ticket A7K2». Sin datos de salud."),
    )  # fmt: skip


class ContactForm(Form):
    """How a person is reached, mended by support; the address of an account is its owner's."""

    phone = PhoneNumberField(label=_("Celular"), required=False)
    email = forms.EmailField(label=_("Correo electrónico"), required=False)
    reason = forms.CharField(
        label=_("Por qué"), min_length=10, max_length=200,
        help_text=_("Cómo lo pidió y por qué lo hace soporte. Sin datos de salud."),
    )  # fmt: skip

    def __init__(self, data: Any, *, patient: Patient) -> None:
        super().__init__(data, initial={"phone": patient.phone, "email": patient.email})
        self.has_account = patient.account_id is not None
        if self.has_account:
            del self.fields["email"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.has_account and not cleaned.get("phone") and not cleaned.get("email"):
            raise ValidationError(_("Escriba un celular o un correo del paciente."))
        return cleaned
