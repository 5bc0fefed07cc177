"""Dates that differ from the week: closed ones, extra openings, holidays."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clinics.enums import ExceptionKind
from clinics.holidays import Holiday
from clinics.models import DATES_BACKWARDS, DAY_MINUTES
from clinics.services.schedule import SpecialDate
from core.forms import ClockField, DayField, Form, RadioCards
from core.templatetags.when import day as day_words

# Two years ahead is farther than anybody plans; a stretch is not longer than a year.
AHEAD = timedelta(days=731)
LONGEST = 366


class DatesForm(Form):
    kind = forms.ChoiceField(
        label=_("¿Qué cambia?"),
        choices=[
            (ExceptionKind.CLOSED.value, _("No atiendo")),
            (ExceptionKind.EXTRA.value, _("Horario extra")),
        ],
        widget=RadioCards(
            hints={
                ExceptionKind.CLOSED.value: _("Un día, varios seguidos o solo unas horas."),
                ExceptionKind.EXTRA.value: _("Nuevos espacios, además del horario de la semana."),
            }
        ),
    )
    since = DayField(label=_("Fecha"))
    until = DayField(
        label=_("Hasta, inclusive"), required=False, help_text=_("Solo si son varios días.")
    )
    opens = ClockField(label=_("De"), required=False)
    closes = ClockField(label=_("A"), required=False)
    note = forms.CharField(
        label=_("Nota para usted"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    needed_by_choice = frozenset({"opens", "closes"})

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"kind": ExceptionKind.CLOSED.value})
        super().__init__(*args, **kwargs)
        for name in ("since", "until"):
            field = self.fields[name]
            field.earliest, field.latest = today, today + AHEAD  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        since, until = data["since"], data["until"] or data["since"]
        if until < since:
            self.add_error("until", DATES_BACKWARDS)
        elif (until - since).days >= LONGEST:
            self.add_error("until", _("Escriba como máximo un año seguido."))
        self._clean_clock(data)
        return data

    def _clean_clock(self, data: dict[str, Any]) -> None:
        opens, closes = data["opens"], data["closes"]
        if opens is None and closes is None:
            if data["kind"] == ExceptionKind.EXTRA:
                self.add_error("opens", _("Escriba desde y hasta qué hora atiende."))
            return
        if opens is None or closes is None:
            self.add_error(
                "opens" if opens is None else "closes",
                _("Escriba las dos horas; deje las dos vacías para todo el día."),
            )
        elif opens == DAY_MINUTES:
            self.add_error("opens", _("Para empezar a medianoche escriba 0:00."))
        elif opens == closes:
            self.add_error("closes", _("Escriba una hora de fin distinta."))
        else:
            data["closes"] = DAY_MINUTES if closes == 0 else closes

    @property
    def dates(self) -> dict[SpecialDate, str]:
        """Each day of the stretch, with the note."""
        data = self.cleaned_data
        last = data["until"] or data["since"]
        return {
            SpecialDate(
                day=data["since"] + timedelta(days=n),
                kind=data["kind"],
                starts_minute=data["opens"],
                ends_minute=data["closes"],
            ): data["note"]
            for n in range((last - data["since"]).days + 1)
        }


class HolidaysForm(Form):
    """The holidays of a year; those that are closed already are not offered again."""

    days = forms.MultipleChoiceField(
        label=_("¿En cuáles no atiende?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Marque al menos un feriado.")},
    )

    def __init__(self, *args: Any, offered: Sequence[Holiday], **kwargs: Any) -> None:
        self.offered = {holiday.day.isoformat(): holiday for holiday in offered}
        super().__init__(*args, initial={"days": list(self.offered)}, **kwargs)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (key, f"{capfirst(day_words(h.day))}: {h.name}") for key, h in self.offered.items()
        ]

    @property
    def dates(self) -> dict[SpecialDate, str]:
        chosen = (self.offered[key] for key in self.cleaned_data["days"])
        closed = ExceptionKind.CLOSED.value
        return {SpecialDate(day=h.day, kind=closed): h.name[:120] for h in chosen}


class DropForm(Form):
    """One entry of the list, as its hidden fields tell it."""

    kind = forms.ChoiceField(choices=ExceptionKind.choices, widget=forms.HiddenInput)
    since = forms.DateField(input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
    until = forms.DateField(input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
    opens = forms.IntegerField(
        required=False, min_value=0, max_value=DAY_MINUTES, widget=forms.HiddenInput
    )
    closes = forms.IntegerField(
        required=False, min_value=0, max_value=DAY_MINUTES, widget=forms.HiddenInput
    )

    @property
    def like(self) -> SpecialDate:
        data = self.cleaned_data
        return SpecialDate(
            day=data["since"],
            kind=data["kind"],
            starts_minute=data["opens"],
            ends_minute=data["closes"],
        )
