"""Input about who came -> clean values. Never writes."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from appointments.attendance import Attendance, late_by_now
from appointments.enums import CorrectionReason, Status
from appointments.models import Appointment
from appointments.models.visits import MOST_LATE
from core.forms import Form, RadioCards

LATE = "late"


class AttendanceForm(Form):
    said = forms.ChoiceField(
        label=_("¿Asistió el paciente?"),
        choices=[
            (Status.ATTENDED, _("Asistió")),
            (LATE, _("Llegó tarde")),
            (Status.NO_SHOW, _("No asistió")),
        ],
        widget=RadioCards,
    )
    minutes = forms.IntegerField(
        label=_("Minutos tarde"),
        required=False,
        min_value=1,
        max_value=MOST_LATE,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    # The page to go back to.
    volver = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    needed_by_choice = frozenset({"minutes"})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("said") == LATE and not data.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Escriba cuántos minutos tarde llegó, por ejemplo 10."))
        elif data.get("said") not in (LATE, None):
            self.errors.pop("minutes", None)
            data["minutes"] = None
        return data

    def __init__(self, *args: Any, fee: str, **kwargs: Any) -> None:
        """`fee` is what not coming costs, in words; "" where nothing was agreed."""
        super().__init__(*args, **kwargs)
        if fee:
            charged = _("Se cobrará el cargo de %(fee)s que se acordó al reservar.")
            said: Any = self.fields["said"]
            said.widget.hints = {Status.NO_SHOW: charged % {"fee": fee}}

    @staticmethod
    def initial_of(visit: Appointment, volver: str, now: datetime) -> dict[str, Any]:
        return {"minutes": visit.minutes_late or late_by_now(visit, now), "volver": volver}

    @property
    def attendance(self) -> Attendance:
        said = self.cleaned_data["said"]
        return Attendance(Status.ATTENDED if said == LATE else said, self.cleaned_data["minutes"])


class CorrectionForm(AttendanceForm):
    reason = forms.ChoiceField(
        label=_("¿Por qué lo corrige?"), choices=CorrectionReason.choices, widget=RadioCards
    )
    note = forms.CharField(
        label=_("Nota"),
        required=False,
        max_length=300,
        help_text=_("Queda en el historial de la cita. El paciente no la ve."),
        widget=forms.Textarea({"rows": 2}),
    )
    # What was recorded when the page was shown.
    was = forms.CharField(max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, may_take_back: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_take_back:
            said: Any = self.fields["said"]
            said.choices = [*said.choices, (Status.BOOKED, _("Todavía no se sabe"))]

    def clean_was(self) -> Attendance:
        try:
            return Attendance.read(self.cleaned_data["was"])
        except ValueError as error:
            raise ValidationError(_("Abra la cita otra vez.")) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_other = data.get("reason") == CorrectionReason.OTHER
        if is_other and not data.get("note") and "note" not in self.errors:
            self.add_error("note", _("Escriba el motivo."))
        if not self.errors and self.attendance == data["was"]:
            self.add_error("said", _("Eso es lo que ya está registrado. Elija otra respuesta."))
        return data
