"""How full a doctor's consultorios are, as the page and the sheet tell it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments import figures
from appointments.figures import Figures, Reader, free_ahead
from appointments.occupancy import LEADS, Count, Income
from appointments.refills import Refill, refill_of
from clinics.models import Clinic
from core.nights import instant
from doctors.models import Doctor
from portal.charts import Bars, HeatRow, bars_of, heat_of, percent
from portal.looks import NOWHERE
from portal.periods import Period
from portal.suggestions import Suggestion, hours_by_weekday, suggestions


@dataclass(frozen=True)
class Row:
    """One clinic's figures, or those of all together; `free` are minutes still to be booked."""

    name: str
    count: Count
    free: int
    is_archived: bool = False

    @property
    def offered(self) -> int:
        """What one doctor could sell: a minute that two clinics offer is one."""
        return self.count.offered - self.count.shared

    @property
    def percent(self) -> int | None:
        return percent(self.count.inside, self.offered)

    @property
    def missed_percent(self) -> int | None:
        """Of the visits of which somebody said who came."""
        return percent(self.count.no_shows, self.count.no_shows + self.count.came)

    @property
    def refilled_percent(self) -> int | None:
        return percent(self.count.refilled, self.count.late)

    @property
    def new_percent(self) -> int | None:
        return percent(self.count.new_patients, self.count.new_patients + self.count.known_patients)

    @property
    def money(self) -> list[tuple[str, Decimal, Decimal]]:
        return figures.money(self.count.income)


@dataclass(frozen=True)
class Lead:
    words: str
    visits: int
    percent: int


@dataclass(frozen=True)
class Change:
    """From the days before to these, in points of a percentage or in a number."""

    now: int
    before: int

    @property
    def by(self) -> int:
        return self.now - self.before

    @property
    def size(self) -> int:
        return abs(self.by)


@dataclass(frozen=True)
class Occupancy:
    period: Period
    together: Row
    rows: Sequence[Row]
    bars: Bars
    open_days: Sequence[int]
    heat: Sequence[HeatRow]
    before: Row | None
    past: Row | None
    suggestions: Sequence[Suggestion]
    # What the waiting list was offered, and took.
    waiting: Refill

    @property
    def is_empty(self) -> bool:
        return not self.together.count and not self.together.free

    @property
    def changed_percent(self) -> Change | None:
        """Only days that are over are held against each other."""
        if self.before is None or self.past is None:
            return None
        if self.before.percent is None or self.past.percent is None:
            return None
        return Change(self.past.percent, self.before.percent)

    @property
    def changed_visits(self) -> Change | None:
        if self.before is None or self.past is None or not self.before.count.visits:
            return None
        return Change(self.past.count.visits, self.before.count.visits)

    @cached_property
    def leads(self) -> list[Lead]:
        leads = self.together.count.leads
        most = max(leads)
        return [
            Lead(words, visits, percent(visits, most) or 0)
            for words, visits in zip(lead_words(), leads, strict=True)
        ] if most else []  # fmt: skip

    @property
    def waiting_percent(self) -> int | None:
        """Of the minutes that the list was offered."""
        return percent(self.waiting.refilled, self.waiting.offered)

    @property
    def half_within(self) -> str:
        """The class of days before the visit in which half of all had been booked."""
        leads, so_far = self.together.count.leads, 0
        for words, visits in zip(lead_words(), leads, strict=True):
            so_far += visits
            if 2 * so_far >= sum(leads) > 0:
                return words
        return ""


def lead_words() -> list[str]:
    words = [_("El mismo día"), _("Un día antes")]
    for since, until in zip(LEADS[2:], [*LEADS[3:], None], strict=True):
        if until is None:
            words.append(_("%(n)d días o más antes") % {"n": since})
        elif until - since == 1:
            words.append(ngettext("%(n)d día antes", "%(n)d días antes", since) % {"n": since})
        else:
            words.append(_("De %(a)d a %(b)d días antes") % {"a": since, "b": until - 1})
    return words


def today_of(clinics: Sequence[Clinic], now: datetime) -> date:
    """On the wall of the doctor's first consultorio."""
    return now.astimezone(ZoneInfo(clinics[0].zone if clinics else NOWHERE)).date()


def occupancy_of(
    doctor: Doctor,
    clinics: Sequence[Clinic],
    period: Period,
    *,
    chosen: Clinic | None = None,
    now: datetime,
) -> Occupancy:
    """Of the `chosen` one of the doctor's clinics, or all of them together. They come
    `with_schedule()`, oldest first. A fixed number of queries.
    """
    shown = [chosen] if chosen else clinics
    spans = [span for span in (period.days, period.compared, period.lately) if span]
    reader = Reader(doctor.pk, clinics, shown, spans)
    found = reader.figures(*period.days, part=period.part)
    free = free_ahead(shown, *period.days, now=now) if period.is_open else {}
    per_clinic = _with_income(figures.by_clinic(found), reader.income(*period.days))
    past, before = _compared(reader, period, found)
    open_days, heat = heat_of(figures.by_weekday(found))
    weeks = reader.figures(*period.lately, names=(), lists=("offered_hours", "booked_hours"))
    return Occupancy(
        period=period,
        together=Row("", figures.total(per_clinic.values()), sum(free.values())),
        rows=[
            Row(c.name, per_clinic.get(c.pk, Count()), free.get(c.pk, 0), c.archived_at is not None)
            for c in shown
            if c.archived_at is None or c.pk in per_clinic
        ],
        bars=bars_of(figures.by_bucket(found), *period.days, period.part),
        open_days=open_days,
        heat=heat,
        past=past,
        before=before,
        suggestions=suggestions(shown, hours_by_weekday(weeks)),
        waiting=_refilled(shown, period),
    )


def _refilled(shown: Sequence[Clinic], period: Period) -> Refill:
    zone = ZoneInfo(shown[0].zone)
    since, until = (
        instant(day, time(), zone) for day in (period.first, period.last + timedelta(days=1))
    )
    return refill_of([clinic.pk for clinic in shown], since, until)


def _with_income(counts: dict[int, Count], income: dict[int, Income]) -> dict[int, Count]:
    for clinic_id, sums in income.items():
        counts.setdefault(clinic_id, Count()).income = sums
    return counts


def _compared(reader: Reader, period: Period, found: Figures) -> tuple[Row | None, Row | None]:
    """The days that are over, and as many before them."""
    if period.past is None or period.compared is None:
        return None, None
    over = found
    if period.past[1] != period.last:
        over = reader.figures(*period.past, lists=())
    before = reader.figures(*period.compared, lists=())
    return Row("", figures.total(over.values()), 0), Row("", figures.total(before.values()), 0)


def sheet_head() -> list[str]:
    return [
        _("Fecha"), _("Consultorio"), _("Minutos ofrecidos"), _("Minutos con cita"),
        _("Fuera de horario"), _("Ocupación %"), _("Minutos atendidos"),
        _("Minutos de inasistencias"), _("Minutos cancelados tarde"), _("Minutos recuperados"),
        _("Citas"), _("Asistieron"), _("No asistieron"), _("Pacientes nuevos"),
        _("Pacientes que vuelven"), _("Moneda"), _("Ingreso esperado"), _("Ingreso recibido"),
    ]  # fmt: skip


def sheet_rows(
    doctor: Doctor, clinics: Sequence[Clinic], period: Period, chosen: Clinic | None
) -> Iterable[Sequence[object]]:
    """Each date of each consultorio; where there were several currencies, a line for each."""
    shown = [chosen] if chosen else clinics
    reader = Reader(doctor.pk, clinics, shown, [period.days])
    found = reader.figures(*period.days, part=figures.DAY, lists=())
    income = reader.income_by_date(*period.days)
    names = {clinic.pk: clinic.name for clinic in clinics}
    for key in sorted(found, key=lambda key: (key.bucket, key.clinic_id)):
        numbers = _numbers(found[key])
        sums_of: list[tuple[object, ...]] = [
            *figures.money(income.get((key.clinic_id, key.bucket), {}))
        ]
        place = [str(key.bucket), names[key.clinic_id]]
        first, *others = sums_of or [("", "", "")]
        yield [*place, *numbers, *first]
        for sums in others:
            yield [*place, *[""] * len(numbers), *sums]


def _numbers(count: Count) -> list[Any]:
    return [
        count.offered, count.booked, count.outside, percent(count.inside, count.offered),
        count.attended, count.missed, count.late, count.refilled, count.visits, count.came,
        count.no_shows, count.new_patients, count.known_patients,
    ]  # fmt: skip
