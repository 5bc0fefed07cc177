"""Input of the pages of the waiting list -> clean values. Never writes."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts.consent_forms import ConsentMixin
from accounts.models import Patient, User
from appointments.models import WaitingEntry
from appointments.services.waiting_entries import Hours
from appointments.waiting import DAY_MINUTES
from clinics.enums import Weekday
from clinics.models import Clinic
from core.forms import ClockField, DayField, Form, RadioCards
from core.templatetags.when import money

NOTICES = [
    ("30", _("30 minutos")),
    ("60", _("1 hora")),
    ("120", _("2 horas")),
    ("240", _("4 horas")),
    ("1440", _("1 día")),
    ("2880", _("2 días")),
]
USUAL_WAIT = timedelta(days=30)
LONGEST_WAIT = timedelta(days=180)


class WaitingForm(ConsentMixin, Form):
    """When somebody can come. For whom it is asked where an account has several people."""

    who = forms.ChoiceField(label=_("¿Quién espera?"), widget=RadioCards)
    clinics = forms.MultipleChoiceField(
        label=_("Consultorios"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Si no marca ninguno, esperamos en todos."),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Días que puede"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Si no marca ninguno, le sirven todos."),
    )
    opens = ClockField(label=_("Desde las"), required=False)
    closes = ClockField(label=_("Hasta las"), required=False)
    until_date = DayField(label=_("Espero hasta el día"))
    notice = forms.ChoiceField(
        label=_("¿Con cuánto tiempo necesita saberlo?"),
        choices=NOTICES,
        help_text=_("No le ofrecemos horas que se liberan con menos tiempo."),
    )
    phone = PhoneNumberField(
        label=_("Celular"),
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
        help_text=_("Para avisarle si algo cambia con la cita."),
        error_messages={"invalid": _("Escriba un celular completo, por ejemplo +593 99 123 4567.")},
    )

    def __init__(
        self,
        *args: Any,
        account: User,
        people: Sequence[Patient],
        clinics: Sequence[Clinic],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ask_consent(account)
        self.people = {str(person.public_id): person for person in people}
        self.places = {str(clinic.public_id): clinic for clinic in clinics}
        fields: dict[str, Any] = self.fields
        fields["who"].choices = [(key, person.full_name) for key, person in self.people.items()]
        fields["clinics"].choices = [(k, f"{c.name}, {c.city}") for k, c in self.places.items()]
        fields["weekdays"].choices = [(str(day.value), capfirst(day.label)) for day in Weekday]
        fields["until_date"].earliest = today
        fields["until_date"].latest = today + LONGEST_WAIT
        fields["phone"].region = str(clinics[0].country) if clinics else None
        if len(self.people) < 2:
            del fields["who"]
        if len(self.places) < 2:
            del fields["clinics"]

    @staticmethod
    def initial_of(person: Patient | None, today: date) -> dict[str, Any]:
        return {
            "who": str(person.public_id) if person else "",
            "until_date": today + USUAL_WAIT,
            "notice": "120",
            "phone": person.phone.as_international if person and person.phone else "",
        }

    @staticmethod
    def initial_from(entry: WaitingEntry) -> dict[str, Any]:
        whole = (entry.from_minute, entry.until_minute) == (0, DAY_MINUTES)
        return {
            "clinics": [str(clinic.public_id) for clinic in entry.clinics.all()],
            "weekdays": [str(day) for day in entry.weekdays],
            "opens": None if whole else entry.from_minute,
            "closes": None if whole else entry.until_minute,
            "until_date": entry.until_date,
            "notice": str(entry.notice_minutes),
            "phone": entry.phone.as_international if entry.phone else "",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens") or 0, data.get("closes")
        if "opens" in data and closes is not None and closes <= opens:
            self.add_error("closes", _("La hora final debe ser posterior a la inicial."))
        elif "closes" in data and closes is None and opens >= DAY_MINUTES:
            self.add_error("opens", _("La hora final debe ser posterior a la inicial."))
        return data

    @property
    def person(self) -> Patient:
        chosen = self.cleaned_data.get("who") or next(iter(self.people))
        return self.people[chosen]

    @property
    def hours(self) -> Hours:
        data = self.cleaned_data
        closes = data["closes"]
        return Hours(
            until_date=data["until_date"],
            clinics=[self.places[key] for key in data.get("clinics", [])],
            weekdays=[int(day) for day in data["weekdays"]],
            from_minute=data["opens"] or 0,
            until_minute=DAY_MINUTES if closes is None else closes,
            notice_minutes=int(data["notice"]),
            phone=data["phone"],
        )


class OfferForm(Form):
    """Two buttons; `terms` is what the page knew, `visit_type` one of the clinic's list."""

    ACCEPT, REFUSE = "accept", "refuse"

    answer = forms.ChoiceField(choices=[(act, act) for act in (ACCEPT, REFUSE)])
    terms = forms.CharField(max_length=64, required=False)
    visit_type = forms.ChoiceField(label=_("¿Qué tipo de consulta es?"), widget=RadioCards)

    def __init__(self, *args: Any, clinic: Clinic, moves: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["visit_type"]
        field.choices = [(name, name) for name in clinic.visit_types]
        field.widget.hints = {
            name: money(price, clinic.currency) for name, price in clinic.price_list
        }
        # Whoever refuses need not choose.
        field.required = (self.data or {}).get("answer") != self.REFUSE
        if moves or not clinic.visit_types:
            del self.fields["visit_type"]

    @property
    def is_accepted(self) -> bool:
        return bool(self.cleaned_data["answer"] == self.ACCEPT)
