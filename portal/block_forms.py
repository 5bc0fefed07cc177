"""Input of the pages that take time away from patients, or offer more -> clean values."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.services.absences import NewAbsence
from clinics.enums import ExceptionKind
from clinics.models import DAY_MINUTES, Clinic
from clinics.services.schedule import NewDates, SpecialDate
from core.forms import ClockField, DayField, Form
from doctors.models import Doctor
from portal.visit_forms import AHEAD, instant_of, typed_instant

LONGEST = timedelta(days=366)


class BlockForm(Form):
    """A stretch of the doctor's time, hours or weeks, on the clock of one of the clinics."""

    clinic = forms.ChoiceField(label=_("Según la hora de"))
    since = DayField(label=_("Desde el día"))
    opens = ClockField(label=_("A las"))
    until = DayField(label=_("Hasta el día"))
    closes = ClockField(label=_("Hasta las"))
    note = forms.CharField(
        label=_("Nota para usted"),
        max_length=120,
        required=False,
        help_text=_("Los pacientes no la ven."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, clinics: Sequence[Clinic], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.clinics = now, {str(c.public_id): c for c in clinics}
        fields: dict[str, Any] = self.fields
        fields["clinic"].choices = [(key, c.name) for key, c in self.clinics.items()]
        if len({c.zone for c in clinics}) == 1:
            fields["clinic"].widget = forms.HiddenInput()
        # Where the day has begun already, yesterday may not be over.
        today = now.date() - timedelta(days=1)
        for name in ("since", "until"):
            fields[name].earliest, fields[name].latest = today, today + AHEAD

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        starts_at, ends_at = self._stretch()
        if ends_at <= starts_at:
            self.add_error("closes", _("El bloqueo debe terminar después de empezar."))
        elif ends_at <= self.now:
            self.add_error("until", _("Ese tiempo ya pasó. Elija uno por venir."))
        elif ends_at - starts_at > LONGEST:
            self.add_error("until", _("Bloquee como máximo un año seguido."))
        return data

    def _stretch(self) -> tuple[datetime, datetime]:
        data = self.cleaned_data
        zone = self.clinics[data["clinic"]].zone
        return (
            instant_of(data["since"], data["opens"], zone),
            instant_of(data["until"], data["closes"], zone),
        )

    def change(self, doctor: Doctor) -> NewAbsence:
        """The same form sent twice is one block; sent again with other times, it is another."""
        starts_at, ends_at = self._stretch()
        data = self.cleaned_data
        content = f"{doctor.pk}|{starts_at.timestamp():.0f}|{ends_at.timestamp():.0f}"
        subject_id = uuid.uuid5(data["key"], content)
        return NewAbsence(doctor, starts_at, ends_at, data["note"], subject_id=subject_id)


def block_initial(clinic: Clinic, query: QueryDict, now: datetime) -> dict[str, Any]:
    """`?desde=&hasta=`: instants; without them the rest of today, from now on with `?hoy=1`."""
    since = typed_instant(query.get("desde", ""), clinic.zone)
    until = typed_instant(query.get("hasta", ""), clinic.zone)
    local = now.astimezone(ZoneInfo(clinic.zone))
    today, next_hour = f"{local:%Y-%m-%d}", f"{(local.hour + 1) % 24:02d}:00"
    return {
        "clinic": str(clinic.public_id),
        "since": since.get("day", today),
        "opens": since.get("clock", f"{local:%H:%M}" if query.get("hoy") else next_hour),
        "until": until.get("day", since.get("day", today)),
        "closes": until.get("clock", "24:00"),
        "key": uuid.uuid4(),
    }


class OpeningForm(Form):
    """New times on one date, besides the week's hours."""

    clinic = forms.ChoiceField(label=_("Consultorio"))
    day = DayField(label=_("Día"))
    opens = ClockField(label=_("Desde las"))
    closes = ClockField(label=_("Hasta las"))

    def __init__(self, *args: Any, clinics: Sequence[Clinic], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clinics = {str(c.public_id): c for c in clinics}
        fields: dict[str, Any] = self.fields
        fields["clinic"].choices = [(key, c.name) for key, c in self.clinics.items()]
        if len(clinics) == 1:
            fields["clinic"].widget = forms.HiddenInput()
        fields["day"].earliest, fields["day"].latest = today, today + AHEAD

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if data["opens"] == DAY_MINUTES:
            self.add_error("opens", _("Para empezar a medianoche escriba 0:00."))
        elif data["opens"] == data["closes"]:
            self.add_error("closes", _("Escriba una hora de fin distinta."))
        else:
            data["closes"] = data["closes"] or DAY_MINUTES
        return data

    @property
    def chosen(self) -> Clinic:
        return self.clinics[self.cleaned_data["clinic"]]

    def change(self) -> NewDates:
        data = self.cleaned_data
        extra = SpecialDate(
            day=data["day"],
            kind=ExceptionKind.EXTRA.value,
            starts_minute=data["opens"],
            ends_minute=data["closes"],
        )
        return NewDates(clinic=self.chosen, dates={extra: ""})


def opening_initial(clinic: Clinic, query: QueryDict, today: date) -> dict[str, Any]:
    """`?desde=`: an instant, and an hour from it."""
    typed = typed_instant(query.get("desde", ""), clinic.zone)
    initial = {"clinic": str(clinic.public_id), "day": f"{today:%Y-%m-%d}"}
    if typed:
        hours, _colon, minutes = typed["clock"].partition(":")
        later = f"{(int(hours) + 1) % 24:02d}:{minutes}"
        initial |= {"day": typed["day"], "opens": typed["clock"], "closes": later}
    return initial
