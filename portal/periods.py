"""Which days occupancy is looked at: from the address, with the way to those before and after."""

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appointments import figures
from core.forms import DayField
from portal.payment_forms import SpanForm

DAY, WEEK, MONTH, SPAN = "dia", "semana", "mes", "fechas"
KINDS = (DAY, WEEK, MONTH, SPAN)
LONGEST = timedelta(days=3 * 366)
# How many days are drawn one by one, and how many by weeks.
BY_DAY, BY_WEEK = 62, 200
ONE_DAY = timedelta(days=1)
# What suggestions are made of.
LATELY = timedelta(weeks=8)


class PeriodForm(SpanForm):
    """`?ver=dia|semana|mes&fecha=`, or from one date to another; nothing said means this month."""

    ver = forms.ChoiceField(
        choices=[(kind, kind) for kind in KINDS], required=False, widget=forms.HiddenInput
    )
    fecha = DayField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        since, until = data.get("desde"), data.get("hasta")
        if since and until and until - since >= LONGEST:
            self.add_error("hasta", _("Elija tres años como máximo."))
        return data

    def period(self, today: date) -> "Period":
        data = self.cleaned_data
        since, until = data["desde"], data["hasta"]
        clinic = str(self.clinic.public_id) if self.clinic else ""
        if data["ver"] in ("", SPAN) and (since or until):
            since, until = since or min(until, today), until or max(since, today)
            return Period(SPAN, since, min(until, since + LONGEST), today, clinic)
        kind = data["ver"] if data["ver"] in (DAY, WEEK) else MONTH
        return period_around(kind, data["fecha"] or today, today, clinic)


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both inclusive, on the calendar of the first clinic that is shown."""

    kind: str
    first: date
    last: date
    today: date
    clinic_key: str = ""

    @property
    def length(self) -> timedelta:
        return self.last - self.first + ONE_DAY

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last

    @property
    def part(self) -> str:
        """What one bar of the chart is."""
        if self.length.days <= BY_DAY:
            return figures.DAY
        return figures.WEEK if self.length.days <= BY_WEEK else figures.MONTH

    @property
    def is_open(self) -> bool:
        """Some of it is still to come."""
        return self.last >= self.today

    @property
    def past(self) -> tuple[date, date] | None:
        """Its days that are over, if any."""
        last = min(self.last, self.today - ONE_DAY)
        return (self.first, last) if last >= self.first else None

    @property
    def lately(self) -> tuple[date, date]:
        """The weeks before today, whatever is looked at."""
        return self.today - LATELY, self.today - ONE_DAY

    @property
    def compared(self) -> tuple[date, date] | None:
        """The days before that are held against `past`: as many, from the same beginning."""
        if self.past is None:
            return None
        before = self.step(-1)
        over = self.past[1] - self.past[0]
        whole = self.past[1] == self.last and self.kind == MONTH
        return before.first, before.last if whole else min(before.first + over, before.last)

    def step(self, way: int) -> "Period":
        """The one before (-1) or after (1)."""
        if self.kind == MONTH:
            edge = self.first - ONE_DAY if way < 0 else self.last + ONE_DAY
            return period_around(MONTH, edge, self.today, self.clinic_key)
        away = way * self.length
        return replace(self, first=self.first + away, last=self.last + away)

    def address(self, route: str = "portal:occupancy", **changes: str) -> str:
        parts = {"ver": self.kind, "consultorio": self.clinic_key, **self._dates(), **changes}
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"{reverse(route)}?{query}"

    def _dates(self) -> dict[str, str]:
        if self.kind == SPAN:
            return {"desde": str(self.first), "hasta": str(self.last)}
        return {"fecha": "" if self.first <= self.today <= self.last else str(self.first)}

    @property
    def previous(self) -> str:
        return self.step(-1).address()

    @property
    def following(self) -> str:
        return self.step(1).address()

    @property
    def as_sheet(self) -> str:
        return self.address("portal:occupancy_csv")

    def _as(self, kind: str) -> str:
        day = self.today if self.first <= self.today <= self.last else self.first
        return period_around(kind, day, self.today, self.clinic_key).address()

    @property
    def as_day(self) -> str:
        return self._as(DAY)

    @property
    def as_week(self) -> str:
        return self._as(WEEK)

    @property
    def as_month(self) -> str:
        return self._as(MONTH)


def period_around(kind: str, day: date, today: date, clinic_key: str = "") -> Period:
    first = last = day
    if kind == WEEK:
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=6)
    elif kind == MONTH:
        first = day.replace(day=1)
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return Period(kind, first, last, today, clinic_key)
