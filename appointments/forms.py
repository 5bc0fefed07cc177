"""Input of the booking pages -> clean values. Never writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import country_code_for_region

from accounts.consent_forms import ConsentMixin
from accounts.enums import Relationship
from accounts.models import Patient, User
from accounts.services import PersonalData
from appointments.models import BookingDraft
from clinics.models import Clinic
from core.forms import DateField, Form, RadioCards
from core.templatetags.when import money

SELF = "self"
NEW = "new"
PHONE_EXAMPLES = {
    "AR": "011 15 2345 6789", "CL": "9 6123 4567", "CO": "321 123 4567", "EC": "099 123 4567",
    "ES": "612 34 56 78", "MX": "55 1234 5678", "PE": "912 345 678",
}  # fmt: skip
NEW_PERSON = {
    "new_first_names": _("Escriba los nombres de la persona que se atiende."),
    "new_last_names": _("Escriba los apellidos de la persona que se atiende."),
    "new_birth_date": _("Escriba la fecha de nacimiento de la persona que se atiende."),
    "new_relationship": _("Elija qué es esta persona para usted."),
}


class DetailsForm(ConsentMixin, Form):
    """Step 2: for whom, where to reach them, and why they come."""

    needed_by_choice = frozenset(
        {"own_first_names", "own_last_names", "own_birth_date", *NEW_PERSON}
    )

    visit_type = forms.ChoiceField(label=_("¿Qué tipo de consulta es?"), widget=RadioCards)
    who = forms.ChoiceField(label=_("¿Para quién es la cita?"), widget=RadioCards)
    own_first_names = forms.CharField(label=_("Sus nombres"), max_length=80, required=False)
    own_last_names = forms.CharField(label=_("Sus apellidos"), max_length=80, required=False)
    own_birth_date = DateField(
        label=_("Su fecha de nacimiento"), required=False, autocomplete="bday"
    )
    new_first_names = forms.CharField(label=_("Nombres"), max_length=80, required=False)
    new_last_names = forms.CharField(label=_("Apellidos"), max_length=80, required=False)
    new_relationship = forms.ChoiceField(
        label=_("¿Qué es esta persona para usted?"),
        required=False,
        choices=[("", _("Elija una opción"))]
        + [c for c in Relationship.choices if c[0] != Relationship.SELF],
    )
    new_birth_date = DateField(label=_("Fecha de nacimiento"), required=False)
    phone = PhoneNumberField(
        label=_("Celular"),
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    reason = forms.CharField(
        label=_("Motivo de la consulta"),
        required=False,
        max_length=600,
        help_text=_("Solo lo ve su médico. No sale en correos ni recordatorios."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self, *args: Any, account: User, people: Sequence[Patient], clinic: Clinic, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        country = str(clinic.country)
        self.ask_consent(account)
        self.account, self.people = account, people
        self.oneself = next((p for p in people if p.is_self), None)
        dependants = [(str(p.public_id), p.full_name) for p in people if not p.is_self]
        me = self.oneself.full_name if self.oneself else account.full_name
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            (SELF, f"{_('Para mí')} · {me}" if me else _("Para mí")),
            *dependants,
            (NEW, _("Para otra persona")),
        ]
        self._drop_what_is_known()
        self._offer_types(clinic)
        example = PHONE_EXAMPLES.get(country, "+593 99 123 4567")
        self.fields["phone"].region = country  # type: ignore[attr-defined]
        self.fields["phone"].help_text = _("Para avisarle si algo cambia con la cita.")
        self.fields["phone"].error_messages["invalid"] = _(
            "Escriba un celular completo, por ejemplo %(example)s."
        ) % {"example": example}

    @staticmethod
    def initial_of(draft: BookingDraft, people: Sequence[Patient], country: str) -> dict[str, str]:
        chosen = draft.patient
        phone = draft.phone or (people[0].phone if people else "")
        return {
            "who": SELF if chosen is None or chosen.is_self else str(chosen.public_id),
            "phone": _as_typed(phone, country) if isinstance(phone, PhoneNumber) else "",
            "reason": draft.reason,
            "visit_type": draft.visit_type,
        }

    def _drop_what_is_known(self) -> None:
        """Nothing is asked twice."""
        if self.oneself or self.account.full_name:
            del self.fields["own_first_names"], self.fields["own_last_names"]
        if self.oneself and self.oneself.birth_date:
            del self.fields["own_birth_date"]

    def _offer_types(self, clinic: Clinic) -> None:
        """Each with its price; where the clinic has none there is nothing to choose."""
        field: Any = self.fields["visit_type"]
        field.choices = [(name, name) for name in clinic.visit_types]
        field.widget.hints = {
            name: money(price, clinic.currency) for name, price in clinic.price_list
        }
        if not clinic.visit_types:
            del self.fields["visit_type"]

    @property
    def asks_about_oneself(self) -> bool:
        return "own_birth_date" in self.fields

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        needed: dict[str, Any] = {}
        if data.get("who") == NEW:
            needed = NEW_PERSON
        elif data.get("who") == SELF:
            needed = {
                "own_first_names": _("Escriba sus nombres."),
                "own_last_names": _("Escriba sus apellidos."),
                "own_birth_date": _("Escriba su fecha de nacimiento."),
            }
        for name, sentence in needed.items():
            if name in self.fields and not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return data

    @property
    def chosen(self) -> Patient | None:
        """The dependant or oneself that was chosen, where they exist already."""
        who = self.cleaned_data["who"]
        if who == SELF:
            return self.oneself
        return next((p for p in self.people if str(p.public_id) == who), None)

    @property
    def own_data(self) -> PersonalData:
        """The account owner's profile with what this page added to it."""
        data, me = self.cleaned_data, self.oneself
        known = {n: getattr(me, n) for n in PersonalData.__dataclass_fields__} if me else {}
        known.setdefault("first_names", data.get("own_first_names") or self.account.first_names)
        known.setdefault("last_names", data.get("own_last_names") or self.account.last_names)
        known["phone"] = known.get("phone") or data["phone"]
        known["birth_date"] = known.get("birth_date") or data.get("own_birth_date")
        return PersonalData(**known)

    @property
    def new_data(self) -> PersonalData:
        data = self.cleaned_data
        return PersonalData(
            first_names=data["new_first_names"],
            last_names=data["new_last_names"],
            birth_date=data["new_birth_date"],
        )


def _as_typed(phone: PhoneNumber, country: str) -> str:
    """National digits at home; a foreign number would become another one without its prefix."""
    at_home = phone.country_code == country_code_for_region(country)
    return str(phone.as_national if at_home else phone.as_international)


class ConfirmForm(Form):
    """Step 3: what the page knew when it was rendered; nothing that a person types."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    terms = forms.CharField(max_length=64, widget=forms.HiddenInput)
    patient = forms.UUIDField(widget=forms.HiddenInput)


class FeedForm(Form):
    """A button of a feed's page; with `clinic` it is the feed of that consultorio."""

    MAKE, STOP = "make", "stop"

    act = forms.ChoiceField(choices=[(act, act) for act in (MAKE, STOP)])
    clinic = forms.UUIDField(required=False)

    @property
    def is_stop(self) -> bool:
        return bool(self.cleaned_data["act"] == self.STOP)


class WeekForm(Form):
    """`?consultorio=&semana=2026-W48`: anything else means the first clinic, the coming week."""

    consultorio = forms.UUIDField(required=False)
    semana = forms.CharField(required=False, max_length=8)

    def clean_semana(self) -> datetime | None:
        text = self.cleaned_data["semana"]
        try:
            year, _week, week = text.partition("-W")
            return (
                datetime.fromisocalendar(int(year), int(week), 1)
                if 2000 < int(year) < 2100
                else None
            )
        except ValueError:
            return None
