"""A minute of a clinic that the agenda asks about: from the address, or typed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from core.converters import FORMAT
from core.forms import ClockField, DayField, Form, wall_time


class MomentForm(Form):
    """Which clinic, day and wall time there."""

    consultorio = forms.ChoiceField(label=_("Consultorio"))
    fecha = DayField(label=_("Día"))
    hora = ClockField(label=_("Hora"))

    def __init__(self, *args: Any, clinics: Sequence[Clinic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clinics = {str(clinic.public_id): clinic for clinic in clinics}
        self.fields["consultorio"].choices = [(i, c.name) for i, c in self.clinics.items()]  # type: ignore[attr-defined]

    def clean_hora(self) -> int:
        minute: int = self.cleaned_data["hora"]
        if minute >= 24 * 60:
            raise ValidationError(_("La última hora de un día es 23:59."))
        return minute

    @property
    def clinic(self) -> Clinic:
        return self.clinics[self.cleaned_data["consultorio"]]

    @property
    def at(self) -> datetime:
        """UTC; a wall time that comes twice is its first, one that is skipped moves on."""
        hour, minute = divmod(self.cleaned_data["hora"], 60)
        wall = time(hour, minute, tzinfo=ZoneInfo(self.clinic.zone))
        return datetime.combine(self.cleaned_data["fecha"], wall).astimezone(UTC)


def moment_form(query: QueryDict, clinics: Sequence[Clinic], now: datetime) -> MomentForm:
    """Bound when a minute was asked for. Raises Http404 for a clinic of somebody else."""
    wished = query.get("consultorio", "")
    clinic = next((c for c in clinics if str(c.public_id) == wished), None)
    if clinic is None and _is_uuid(wished):
        raise Http404
    if "inicio" in query and clinic is not None:
        return MomentForm(_typed(clinic, query.get("inicio", "")), clinics=clinics)
    if "hora" in query:
        return MomentForm(query, clinics=clinics)
    place = clinic or next(iter(clinics), None)
    today = now.astimezone(ZoneInfo(place.zone)).date() if place else None
    initial = {"consultorio": str(place.public_id) if place else "", "fecha": today}
    return MomentForm(initial=initial, clinics=clinics)


def _typed(clinic: Clinic, stamp: str) -> dict[str, str]:
    """What one would have typed for an instant; a stamp that is none stays to be refused."""
    typed = {"consultorio": str(clinic.public_id), "fecha": "", "hora": ""}
    try:
        local = datetime.strptime(stamp, FORMAT).replace(tzinfo=UTC)
        local = local.astimezone(ZoneInfo(clinic.zone))
    except (ValueError, OverflowError):
        return typed
    typed["fecha"] = f"{local:%Y-%m-%d}"
    typed["hora"] = wall_time(local.hour * 60 + local.minute)
    return typed


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
