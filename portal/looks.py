"""What of the agenda is looked at: view, date, clinics. From the address, or as is usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, QueryDict
from django.urls import reverse

from clinics.models import Clinic
from core.forms import DayField
from core.templatetags.when import HOME_ZONE
from portal.grid import days_from

WEEK, DAY, LIST = "semana", "dia", "lista"
LIST_DAYS = 14
STEP = {WEEK: 7, DAY: 1, LIST: LIST_DAYS}
AGENDA = "portal:agenda"
# Where nobody has a clinic yet.
NOWHERE = HOME_ZONE


class LookForm(forms.Form):
    """Of an address: what makes no sense there counts as not said."""

    vista = forms.ChoiceField(choices=[(v, v) for v in STEP], required=False)
    fecha = DayField(required=False)
    consultorio = forms.UUIDField(required=False)


@dataclass(frozen=True)
class Day:
    day: date
    url: str
    is_today: bool
    is_chosen: bool


@dataclass(frozen=True)
class Look:
    """`view` is empty where nobody chose one: a week, and on a small screen its day."""

    view: str
    day: date
    today: date
    zone: ZoneInfo
    clinics: Sequence[Clinic]
    clinic: Clinic | None
    # All clinics that the person at the desk may see, archived ones too, by primary key.
    known: Mapping[int, Clinic]

    @property
    def shown(self) -> Sequence[Clinic]:
        return [self.clinic] if self.clinic else self.clinics

    @property
    def kind(self) -> str:
        return self.view or WEEK

    @property
    def is_week(self) -> bool:
        return self.kind == WEEK

    @property
    def is_list(self) -> bool:
        return self.kind == LIST

    @cached_property
    def days(self) -> list[date]:
        first = self.day - timedelta(days=self.day.weekday()) if self.is_week else self.day
        return days_from(first, STEP[self.kind])

    def of_one_day(self) -> "Look":
        return replace(self, view=DAY)

    @cached_property
    def since(self) -> datetime:
        return self._midnight(self.days[0])

    @cached_property
    def until(self) -> datetime:
        return self._midnight(self.days[-1] + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    def address(
        self,
        *,
        view: str | None = None,
        day: date | None = None,
        clinic: str | None = None,
        route: str = AGENDA,
    ) -> str:
        """The same look, but for what is given."""
        own = str(self.clinic.public_id) if self.clinic else ""
        parts = {
            "vista": self.view if view is None else view,
            "fecha": "" if (day or self.day) == self.today else str(day or self.day),
            "consultorio": own if clinic is None else clinic,
        }
        query = urlencode({name: value for name, value in parts.items() if value})
        stem = self._stem if route == AGENDA else reverse(route)
        return stem + (f"?{query}" if query else "")

    @cached_property
    def _stem(self) -> str:
        return reverse(AGENDA)

    @property
    def strip(self) -> list[Day]:
        """The days of the week as links that keep the view."""
        return [
            Day(d, self.address(day=d), d == self.today, d == self.day)
            for d in days_from(self.day - timedelta(days=self.day.weekday()), 7)
        ]

    @property
    def offices(self) -> list[tuple[str, str, bool]]:
        """Each clinic alone, and all together first: name, address, whether it is so now."""
        places = [
            (c.name, self.address(clinic=str(c.public_id)), c == self.clinic) for c in self.clinics
        ]
        return [("", self.address(clinic=""), self.clinic is None), *places]

    @property
    def as_week(self) -> str:
        return self.address(view=WEEK)

    @property
    def as_day(self) -> str:
        return self.address(view=DAY)

    @property
    def as_list(self) -> str:
        return self.address(view=LIST)

    @property
    def to_today(self) -> str:
        return self.address(day=self.today)

    @property
    def on_paper(self) -> str:
        return self.address(view="", route="portal:agenda_print")

    @property
    def previous(self) -> str:
        return self.address(day=self.day - timedelta(days=STEP[self.kind]))

    @property
    def following(self) -> str:
        return self.address(day=self.day + timedelta(days=STEP[self.kind]))


def look_of(query: QueryDict, all_clinics: Sequence[Clinic], now: datetime) -> Look:
    """Raises Http404 for a clinic where the asker does not work, as for one that is not."""
    form = LookForm(query)
    form.is_valid()
    said = form.cleaned_data
    clinics = [c for c in all_clinics if c.archived_at is None]
    wished = said.get("consultorio")
    clinic = next((c for c in clinics if c.public_id == wished), None)
    if wished and clinic is None:
        raise Http404
    # Visits that were kept when the last clinic was archived are shown, too.
    place = clinic or next(iter(clinics or all_clinics), None)
    zone = ZoneInfo(place.zone if place else NOWHERE)
    today = now.astimezone(zone).date()
    day = said.get("fecha") or today
    known = {c.pk: c for c in all_clinics}
    return Look(said.get("vista") or "", day, today, zone, clinics, clinic, known)
