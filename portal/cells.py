"""The agenda's table in words: what each cell says, to the eye and aloud, and where it leads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.attendance import is_unanswered
from appointments.enums import Status
from appointments.models import Appointment
from appointments.rules import can_cancel
from clinics.models import Clinic
from core.converters import FORMAT
from core.templatetags.when import clock, day, gmt, zone_name
from portal.grid import HOUR, Cell, Column, Grid, Row
from portal.looks import Look
from portal.room import stage_words
from portal.stretches import GONE, Kind, Stretch

# A cell that is shorter is too low for a finger; it says what it is and leads nowhere.
LEAST_MINUTES = 15
# The shortest visit of a table -> how much room a minute gets (classes of agenda.css).
SCALES = (5, 10, 15)
# Times that the desk may book: patients are offered the free ones only.
BOOKABLE = (Kind.FREE, Kind.OPEN)
WHY = "?"
# Beside the time of a visit whose patient said that they will come; its word stands there, too.
COMES = "✓"
NO_VISIT = "00000000-0000-0000-0000-000000000000"


@dataclass(slots=True)
class Shown:
    """A cell as the template writes it.

    `panel`: what opens beside the table, with scripts; "?" is the page that explains the same time.
    """

    kind: str
    key: str
    clock: str
    name: str
    title: str = ""
    detail: str = ""
    url: str = ""
    panel: str = ""
    rows: int = 1
    is_past: bool = False
    # The clinic of a visit that may be moved to another of its times.
    movable: str = ""
    mark: int = 0


@dataclass(slots=True)
class Head:
    day: date
    is_today: bool
    is_chosen: bool
    visits: int
    url: str
    # Where the doctor is, when it is one place of several.
    place: str


@dataclass(slots=True)
class Line:
    """A row of the table."""

    clock: str
    minutes: int
    is_hour: bool
    is_now: bool
    is_quiet: bool
    cells: list[Shown]


@dataclass(slots=True)
class Group:
    """A part of one day's list: one thing, or a run of times that can be booked."""

    kind: str
    clock: str
    until: str
    cells: list[Shown]


@dataclass(slots=True)
class Table:
    heads: list[Head]
    lines: list[Line]
    scale: str
    now: str
    # The day's list, and where the doctor is that day.
    chosen: list[Group] = field(default_factory=list)
    place: str = ""
    zones: list[str] = field(default_factory=list)


@cache
def visit_stem() -> list[str]:
    """What stands around a visit's name in its address: a list has many, reversing takes time."""
    return reverse("portal:visit", args=[NO_VISIT]).split(NO_VISIT)


@cache
def attendance_stem() -> list[str]:
    return reverse("portal:visit_attendance", args=[NO_VISIT]).split(NO_VISIT)


def will_attend(visit: Appointment, now: datetime) -> bool:
    """Said by the patient, and still a matter of the future."""
    is_said = visit.attendance_confirmed_at is not None
    return is_said and visit.status == Status.BOOKED and visit.starts_at > now


def table_of(grid: Grid, look: Look, now: datetime) -> Table:
    words = _Words(look, now)
    for column in grid.columns:
        words.at_home[column.day] = column.clinics[0] if len(column.clinics) == 1 else None
    shown = {id(cell): words.cell(cell) for row in grid.rows for cell in row.cells}
    heads = [_head(column, look, words.at_home[column.day]) for column in grid.columns]
    return Table(
        heads=heads,
        lines=[_line(row, shown, len(grid.columns)) for row in grid.rows],
        scale=_scale(grid),
        now=clock(now, look.zone),
        chosen=[
            group
            for column in grid.columns
            if column.day == look.day
            for group in _groups([(c, shown[id(c)]) for c in column.cells])
        ],
        place=next((h.place for h in heads if h.is_chosen), ""),
        zones=_zones(look, now),
    )


def _head(column: Column, look: Look, place: Clinic | None) -> Head:
    return Head(
        column.day,
        column.day == look.today,
        column.day == look.day,
        column.visits,
        look.address(view="dia", day=column.day),
        place.name if place and len(look.shown) > 1 else "",
    )


def _line(row: Row, shown: dict[int, Shown], columns: int) -> Line:
    return Line(
        _clock(row.start),
        row.minutes,
        row.is_hour,
        row.is_now,
        row.closed == columns,
        [shown[id(cell)] for cell in row.cells],
    )


def _groups(cells: Sequence[tuple[Cell, Shown]]) -> Iterator[Group]:
    """A day from morning to night; what was free before now is nobody's business."""

    def sort(pair: tuple[Cell, Shown]) -> object:
        kind = pair[0].kind
        return kind if kind in BOOKABLE else id(pair[0])

    for _sort, run in groupby(cells, key=sort):
        pairs = list(run)
        first, last = pairs[0][0], pairs[-1][0]
        ways = [shown for cell, shown in pairs if shown.url or cell.kind not in BOOKABLE]
        if ways and first.kind is not Kind.PAST:
            yield Group(str(first.kind), _clock(first.start), _clock(last.end), ways)


def _scale(grid: Grid) -> str:
    lengths = [
        cell.end - cell.start
        for column in grid.columns
        for cell in column.cells
        if cell.kind in (Kind.FREE, Kind.VISIT, Kind.REQUEST)
        or (cell.kind is Kind.OPEN and cell.end - cell.start >= LEAST_MINUTES)
    ]
    shortest = min(lengths, default=HOUR)
    return next((str(scale) for scale in SCALES if shortest <= scale), "20")


def _zones(look: Look, now: datetime) -> list[str]:
    """The clinics' zones in words, where they differ."""
    zones = {gmt(clinic.zone, now): clinic.zone for clinic in look.shown}
    return [zone_name(zone, now) for zone in zones.values()] if len(zones) > 1 else []


def _wall(local: datetime) -> str:
    return f"{local.hour}:{local.minute:02d}"


def _clock(minute: int) -> str:
    return f"{minute // HOUR}:{minute % HOUR:02d}"


class _Words:
    """What is the same for all cells of a table is worked out once."""

    def __init__(self, look: Look, now: datetime) -> None:
        self.look, self.now = look, now
        self.days = {d: day(d) for d in look.days}
        # Its name need not stand in every cell of a day.
        self.at_home: dict[date, Clinic | None] = {}
        self.marks = {c.pk: n for n, c in enumerate(look.clinics, 1)}
        self.place = look.clinic or next(iter(look.clinics), None)
        self.new, self.why = reverse("portal:new_visit"), reverse("portal:why")
        self.says = {
            Kind.CLOSED: _("no atiende"),
            Kind.PAST: _("pasado"),
            Kind.OPEN: _("no se ofrece"),
            Kind.FREE: _("libre"),
            Kind.BLOCKED: _("cerrado"),
            Kind.AWAY: _("bloqueado"),
            Kind.ELSEWHERE: _("ocupado en su otro calendario"),
            Kind.HELD: _("guardado para un paciente que reserva ahora"),
            Kind.BUSY: _("ocupado"),
        }
        self.span = _("%(day)s, %(start)s a %(end)s")
        self.times = _("%(start)s a %(end)s")
        self.states = {value: str(label) for value, label in Status.choices}
        self.outside = _("Fuera de horario")
        self.will_come = _("Asistirá")
        self.unanswered = _("Sin registrar")
        self.visit_stem = visit_stem()

    def cell(self, cell: Cell) -> Shown:
        stretch = cell.stretch
        if stretch is not None and stretch.visit is not None and cell.kind is not Kind.HELD:
            shown = self._visit(cell, stretch)
        else:
            shown = self._time(cell, stretch)
        for hidden in cell.also:
            shown.name += f"; {self._spoken(hidden)}"
            shown.detail = _("y otra cita")
        shown.rows = cell.rows
        return shown

    def _time(self, cell: Cell, stretch: Stretch | None) -> Shown:
        """A time that has no visit."""
        kind, start = cell.kind, _clock(cell.minute)
        clinic = stretch.clinic if stretch else None
        places = [s.clinic.name for s in (stretch, *stretch.others) if s.clinic] if stretch else []
        note = stretch.note if stretch else ""
        said = self.says[kind] + (f": {note}" if note else "")
        if kind is Kind.FREE:
            name = ", ".join([self.days[cell.day], start, said, *places])
        else:
            spoken = self.span % {
                "day": self.days[cell.day], "start": start, "end": _clock(cell.end)
            }  # fmt: skip
            name = ", ".join([spoken, said, *places])
        shown = Shown(str(kind), self._key(cell), start, name, mark=self._mark(clinic))
        if kind is Kind.ELSEWHERE and len(self.look.days) > 1:
            # A column of a week is narrow.
            shown.title, shown.detail = _("Ocupado"), _("en su otro calendario")
        elif kind is Kind.BLOCKED or kind in GONE:
            shown.title = note or said.capitalize()
        elif kind is Kind.HELD:
            shown.title = _("Guardada")
        elif kind is Kind.BUSY:
            shown.title = _("Ocupado")
        elif kind in BOOKABLE:
            shown.detail = "" if self.at_home[cell.day] == clinic else " / ".join(places)
        self._lead(shown, cell, clinic or self.place)
        return shown

    def _lead(self, shown: Shown, cell: Cell, clinic: Clinic | None) -> None:
        """Bookable times lead to booking; the others to why they are not."""
        kind = cell.kind
        long_enough = cell.end - cell.start >= LEAST_MINUTES or kind is Kind.FREE
        over = kind in (Kind.PAST, Kind.HELD, Kind.BUSY) or self._is_over(cell)
        if clinic is None or over or not long_enough:
            return
        at = cell.at(self.look.zone).strftime(FORMAT)
        query = f"?consultorio={clinic.public_id}&inicio={at}"
        shown.panel = WHY
        shown.url = (self.new if kind in BOOKABLE else self.why) + query

    def _is_over(self, cell: Cell) -> bool:
        if cell.day != self.look.today:
            return cell.day < self.look.today
        local = self.now.astimezone(self.look.zone)
        return cell.end <= local.hour * HOUR + local.minute

    def _visit(self, cell: Cell, stretch: Stretch) -> Shown:
        visit = stretch.visit
        assert visit is not None and visit.patient is not None
        starts, ends = (t.astimezone(self.look.zone) for t in (visit.starts_at, visit.ends_at))
        home = self.at_home[cell.day] == visit.clinic and len(self.look.days) > 1
        places = [] if home or len(self.look.clinics) < 2 else [visit.clinic.name]
        url = str(visit.public_id).join(self.visit_stem)
        times = _wall(starts) if len(self.look.days) > 1 else f"{_wall(starts)}–{_wall(ends)}"
        times += f" {COMES}" if will_attend(visit, self.now) else ""
        return Shown(
            str(stretch.kind),
            f"cita-{visit.public_id}",
            times,
            f"{self.days[cell.day]}, {self._spoken(stretch)}",
            visit.patient.full_name,
            " · ".join(filter(None, [self._own_time(visit), *places, self._state(visit)])),
            url,
            is_past=visit.ends_at <= self.now,
            movable=str(visit.clinic.public_id) if can_cancel(visit, self.now) else "",
            mark=self._mark(visit.clinic),
        )

    def _spoken(self, stretch: Stretch) -> str:
        """A visit without its day."""
        visit, zone = stretch.visit, self.look.zone
        if visit is None or visit.patient is None:
            return self.says[stretch.kind]
        start, end = (_wall(t.astimezone(zone)) for t in (visit.starts_at, visit.ends_at))
        said = self.states[visit.status].lower()
        if will_attend(visit, self.now):
            said += f", {self.will_come.lower()}"
        times = self.times % {"start": start, "end": end}
        return ", ".join([times, visit.patient.full_name, said, visit.clinic.name])

    def _own_time(self, visit: Appointment) -> str:
        """What the clock of its clinic shows, where that is not the table's."""
        if visit.zone == self.look.zone.key or not self._differs(visit):
            return ""
        return f"{clock(visit.starts_at, visit.zone)} {zone_name(visit.zone, visit.starts_at)}"

    def _differs(self, visit: Appointment) -> bool:
        return gmt(visit.zone, visit.starts_at) != gmt(self.look.zone, visit.starts_at)

    def _state(self, visit: Appointment) -> str:
        """What is not plain: a booked visit needs no word, unless it asks who came."""
        said = stage_words(visit, self.now)
        if said:
            return said
        if is_unanswered(visit, self.now):
            return self.unanswered
        if visit.status == Status.BOOKED:
            words = [self.outside] if visit.is_outside_hours else []
            words += [self.will_come] if will_attend(visit, self.now) else []
            return " · ".join(words)
        return self.states[visit.status]

    def _mark(self, clinic: Clinic | None) -> int:
        """Which of the clinics, where there are several: 1, 2, 3, then again."""
        if clinic is None or len(self.look.clinics) < 2:
            return 0
        return (self.marks.get(clinic.pk, 1) - 1) % 3 + 1

    @staticmethod
    def _key(cell: Cell) -> str:
        return f"{cell.day}T{_clock(cell.start)}"
