"""What the pages about series show: each date, what is in its way, and what to do about it."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from accounts.models import User
from appointments.models import Appointment
from appointments.refusals import BookingRefused, DatesChanged, DatesRefused
from appointments.series import (
    Outlook,
    Place,
    Wish,
    next_dates,
    read_diary,
    shifted_dates,
)
from appointments.services.series import SeriesPlan
from clinics.models import Clinic
from core.converters import FORMAT
from core.db import Refusal
from core.forms import wall_time
from portal.acting import length_of
from portal.series_forms import (
    ANYWAY,
    SKIP,
    RepeatForm,
    ShiftForm,
    choice_of,
    decided,
    key_of,
)


@dataclass(frozen=True)
class Other:
    """Another time: `value` is what its radio posts."""

    value: str
    at: datetime
    is_that_day: bool
    is_chosen: bool


@dataclass
class Row:
    """A date on the page. `problem` is of what was chosen for it."""

    outlook: Outlook
    choice: str
    zone: ZoneInfo
    problem: BookingRefused | None = None

    @property
    def wish(self) -> Wish:
        return self.outlook.wish

    @property
    def others(self) -> list[Other]:
        found = [(at.strftime(FORMAT), at) for at in self.outlook.others]
        day = self._day(self.wish.wished)
        return [Other(value, at, self._day(at) == day, value == self.choice) for value, at in found]

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    @property
    def reason(self) -> str:
        return type(self.outlook.refusal).__name__

    @property
    def is_skipped(self) -> bool:
        return self.choice == SKIP

    @property
    def is_anyway(self) -> bool:
        return self.choice == ANYWAY


@dataclass
class DatesPage:
    """`rows` are empty until it was asked for a look. `sentence` says why nothing was written."""

    visit: Appointment
    form: Any
    now: datetime
    data: QueryDict | None
    wishes: list[Wish] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    moving: Sequence[Appointment] = ()
    sentence: str = ""
    status: int = 200

    @property
    def seen(self) -> str:
        """What was shown: dates that nobody has seen are not written."""
        shown = "|".join(f"{w.key} {w.wished} {w.before}" for w in self.wishes)
        return hashlib.sha256(shown.encode()).hexdigest()[:16]

    @property
    def key(self) -> str:
        posted = self.data.get("key", "") if self.data else ""
        return str(posted or uuid.uuid4())

    @property
    def blocked(self) -> int:
        return sum(bool(row.outlook.refusal) for row in self.rows)

    def decisions(self) -> tuple[Wish, ...]:
        """Raises DatesChanged, BadChoice."""
        assert self.data is not None
        if self.data.get("seen") != self.seen:
            raise DatesChanged
        return tuple(decided(wish, choice_of(self.data, wish)) for wish in self.wishes)

    def refuse(self, refusal: Refusal) -> None:
        """The dates as they are now, with what was chosen, and the reasons."""
        self.sentence, self.status = str(refusal), getattr(refusal, "status", 409)
        self.look()
        if isinstance(refusal, DatesRefused):
            for row in self.rows:
                row.problem = refusal.dates.get(row.wish.key, row.problem)

    def look(self) -> None:
        if not self.wishes:
            return
        assert self.visit.patient is not None
        choices = [choice_of(self.data or QueryDict(), wish) for wish in self.wishes]
        stay = {w.key for w, choice in zip(self.wishes, choices, strict=True) if choice == SKIP}
        leaving = [v for v in self.moving if str(v.public_id) not in stay]
        clinic = Clinic.objects.with_schedule().get(pk=self.visit.clinic_id)
        diary = read_diary(clinic, self.visit.patient, self.wishes, now=self.now, ignoring=leaving)
        self.rows = [
            Row(diary.look_at(wish), choice, ZoneInfo(self.visit.zone))
            for wish, choice in zip(self.wishes, choices, strict=True)
        ]


@dataclass
class RepeatPage(DatesPage):
    def plan(self, actor: User) -> SeriesPlan:
        """Raises DatesChanged, BadChoice, FormBroken."""
        assert self.data is not None
        return SeriesPlan(
            actor=actor,
            appointment=self.visit,
            every_weeks=self.form.cleaned_data["cada"],
            wishes=self.decisions(),
            key=key_of(self.data),
        )


def repeat_page(
    visit: Appointment, query: QueryDict, data: QueryDict | None, now: datetime
) -> RepeatPage:
    typed = data if data is not None else query if {"cada", "veces"} & query.keys() else None
    form = RepeatForm(typed, initial={"cada": 4, "veces": 6})
    page = RepeatPage(visit, form, now, data)
    if not form.is_bound:
        return page
    if not form.is_valid():
        page.status = 422
        return page
    count = form.cleaned_data["veces"] - 1
    page.wishes = [
        Wish(key=str(number), wished=at, starts_at=at, minutes=length_of(visit))
        for number, at in enumerate(
            next_dates(visit, form.cleaned_data["cada"], count, now), start=1
        )
    ]
    page.look()
    return page


@dataclass
class ShiftPage(DatesPage):
    @property
    def day(self) -> str:
        return f"{self.form.cleaned_data['fecha']:%Y-%m-%d}"

    @property
    def starts_at(self) -> datetime:
        return self.form.starts_at(self.visit.zone)


def shift_page(
    visit: Appointment,
    place: Place,
    query: QueryDict,
    data: QueryDict | None,
    now: datetime,
) -> ShiftPage:
    local = visit.starts_at.astimezone(ZoneInfo(visit.zone))
    usual = {"fecha": local.date(), "hora": wall_time(local.hour * 60 + local.minute)}
    typed = data if data is not None else query if {"fecha", "hora"} & query.keys() else None
    today = now.astimezone(ZoneInfo(visit.zone)).date()
    form = ShiftForm(typed, initial=usual, today=today)
    page = ShiftPage(visit, form, now, data, moving=place.from_here(visit, now))
    if not form.is_bound:
        return page
    if not form.is_valid():
        page.status = 422
        return page
    dates = shifted_dates(visit, page.starts_at, page.moving)
    page.wishes = [
        Wish(str(one.public_id), at, at, length_of(one), before=one.starts_at)
        for one, at in zip(page.moving, dates, strict=True)
    ]
    page.look()
    return page
