"""What the pages show on which the desk puts a visit at a time: form, free times, warnings."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from accounts.models import Patient, User
from appointments.models import Appointment
from appointments.refusals import OutsideSchedule
from appointments.services.desk_booking import LONGEST, SHORTEST, DeskBooking
from clinics.models import Clinic
from core.db import Refusal
from core.forms import wall_time
from portal.desk import Desk
from portal.free_days import FreeDays, first_free_day, free_days
from portal.people import find_patients, patients_of
from portal.visit_forms import (
    AHEAD,
    FIND,
    KNOWN,
    MoveForm,
    NewVisitForm,
    WhenForm,
    edited,
    instant_of,
    is_told,
    override_of,
    typed_instant,
)


@dataclass
class TimePage:
    """`warnings` are the rules that the typed time passes over, `override` the way past them."""

    form: WhenForm
    clinic: Clinic
    free: FreeDays
    warnings: list[str] = field(default_factory=list)
    override: str = ""

    @property
    def starts_at(self) -> datetime:
        return self.form.starts_at(self.clinic.zone)

    @property
    def minutes(self) -> int:
        return int(self.form.cleaned_data["minutes"])

    def is_told(self, data: QueryDict) -> bool:
        return is_told(data, self.clinic.public_id, self.starts_at, self.minutes)

    def refuse(self, refusal: Refusal) -> None:
        if isinstance(refusal, OutsideSchedule):
            self.warnings = refusal.warnings
            self.override = override_of(self.clinic.public_id, self.starts_at, self.minutes)
        else:
            self.form.add_error(None, str(refusal))


@dataclass
class NewVisitPage(TimePage):
    form: NewVisitForm
    is_searched: bool = False

    def booking(self, actor: User, data: QueryDict) -> DeskBooking:
        cleaned = self.form.cleaned_data
        return DeskBooking(
            actor=actor,
            clinic=self.clinic,
            starts_at=self.starts_at,
            minutes=self.minutes,
            key=cleaned["key"],
            patient=self.form.known,
            new_patient=self.form.new,
            reason=cleaned.get("reason", ""),
            visit_type=cleaned.get("visit_type", ""),
            is_override=self.is_told(data),
        )


def new_visit_page(
    desk: Desk, query: QueryDict, data: QueryDict | None, now: datetime
) -> NewVisitPage:
    """Raises Http404 for a clinic or patient of somebody else in the address."""
    clinics = desk.clinics
    clinic = _clinic(desk, clinics, query, data)
    today = now.astimezone(ZoneInfo(clinic.zone)).date()
    typed = _fresh(clinic, query, now) if data is None else edited(data, clinic.zone)
    shown: Mapping[str, Any] = data if typed is None and data is not None else typed or {}
    people = _people(desk, shown)
    if typed is not None and FIND in (data or {}) and len(people) == 1:
        typed["patient"] = str(people[0].public_id)
    form = NewVisitForm(
        data if typed is None else None,
        initial=typed,
        today=today,
        clinics=clinics,
        clinic=clinic,
        people=people,
        sees_clinical=desk.sees_clinical,
    )
    return NewVisitPage(
        form=form,
        clinic=clinic,
        free=_free(clinic, shown, today, now),
        is_searched=bool(shown.get("search", "").strip()),
    )


def move_page(
    visit: Appointment, query: QueryDict, data: QueryDict | None, now: datetime
) -> TimePage:
    """The free times are those without the visit itself."""
    clinic = Clinic.objects.with_schedule().get(pk=visit.clinic_id)
    today = now.astimezone(ZoneInfo(clinic.zone)).date()
    typed = _times_of(visit, query) if data is None else edited(data, clinic.zone)
    form = MoveForm(data if typed is None else None, initial=typed, today=today)
    shown: Mapping[str, Any] = data if typed is None and data is not None else typed or {}
    return TimePage(form=form, clinic=clinic, free=_free(clinic, shown, today, now, ignoring=visit))


def length_of(visit: Appointment) -> int:
    return int((visit.ends_at - visit.starts_at).total_seconds()) // 60


def _times_of(visit: Appointment, query: QueryDict) -> dict[str, Any]:
    local = visit.starts_at.astimezone(ZoneInfo(visit.zone))
    usual = {"day": f"{local:%Y-%m-%d}", "clock": wall_time(local.hour * 60 + local.minute)}
    wished = typed_instant(query.get("inicio", ""), visit.zone)
    return {**usual, **wished, "minutes": length_of(visit)}


def _clinic(
    desk: Desk, clinics: Sequence[Clinic], query: QueryDict, data: QueryDict | None
) -> Clinic:
    """The one that was chosen, else the first; an address with a foreign one is no address."""
    wished = (data.get("clinic") if data else "") or query.get("consultorio", "")
    chosen = next((c for c in clinics if str(c.public_id) == wished), None)
    if chosen is None and data is None and _uuid(wished):
        raise Http404
    return desk.all_clinics.with_schedule().get(pk=(chosen or clinics[0]).pk)


def _fresh(clinic: Clinic, query: QueryDict, now: datetime) -> dict[str, Any]:
    minutes = clinic.slot_minutes
    wished = typed_instant(query.get("inicio", ""), clinic.zone)
    if not wished:
        wished = {"day": f"{first_free_day(clinic, minutes=minutes, now=now):%Y-%m-%d}"}
    return {
        **wished,
        "clinic": str(clinic.public_id),
        "minutes": minutes,
        "who": KNOWN,
        "patient": query.get("paciente", ""),
        "key": uuid.uuid4(),
        "strict": True,
    }


def _people(desk: Desk, shown: Mapping[str, Any]) -> list[Patient]:
    """Whom the list offers: those found, after the one chosen before."""
    found = find_patients(desk, shown.get("search", ""))
    wished = _uuid(shown.get("patient", ""))
    if wished is None or any(person.public_id == wished for person in found):
        return found
    mine = patients_of(desk).filter(public_id=wished)
    if shown.get("strict"):
        return [get_object_or_404(mine)]
    return [*mine, *found]


def _free(
    clinic: Clinic,
    shown: Mapping[str, Any],
    today: date,
    now: datetime,
    ignoring: Appointment | None = None,
) -> FreeDays:
    """As typed where it can be read; the form says what is wrong with the rest."""
    when = WhenForm(
        {name: shown.get(name, "") for name in ("day", "clock", "minutes")}, today=today
    )
    when.is_valid()
    read = when.cleaned_data
    first = read.get("day", today)
    minutes = read.get("minutes") or clinic.slot_minutes
    chosen = (
        instant_of(first, read["clock"], clinic.zone) if {"day", "clock"} <= read.keys() else None
    )
    return free_days(
        clinic,
        min(first, today + AHEAD),
        minutes=min(max(minutes, SHORTEST), LONGEST),
        now=now,
        chosen=chosen,
        ignoring=ignoring,
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
