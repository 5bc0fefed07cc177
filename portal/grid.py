"""The agenda as a table of days and times. Pure shaping: stretches come in, rows come out.

Each day is painted on ticks of five minutes, from what matters least to what matters most; equal
neighbours make one cell. A row begins wherever a cell of any day does, and at every hour.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from clinics.models import Clinic
from portal.stretches import GONE, TAKEN, Kind, Stretch

TICK = 5
HOUR = 60
DAY = 24 * HOUR
TICKS = DAY // TICK
# What an agenda without hours shows.
USUAL = (8 * HOUR, 18 * HOUR)


@dataclass(slots=True, eq=False)
class Cell:
    """A stretch of one day, minutes from midnight. `also` is what it hides, too short to show."""

    day: date
    start: int
    end: int
    stretch: Stretch | None = None
    also: tuple[Stretch, ...] = ()
    rows: int = 1

    @property
    def kind(self) -> Kind:
        return self.stretch.kind if self.stretch else Kind.CLOSED

    @property
    def _begins_with(self) -> Stretch | None:
        """What begins here, on whichever minute; not what was cut by something else."""
        stretch = self.stretch
        if stretch and stretch.wall and stretch.wall >= (self.day, self.start):
            return stretch
        return None

    @property
    def minute(self) -> int:
        stretch = self._begins_with
        return stretch.wall[1] if stretch and stretch.wall else self.start

    def at(self, zone: ZoneInfo) -> datetime:
        """The instant that it begins, UTC."""
        stretch = self._begins_with
        if stretch:
            return datetime.fromtimestamp(stretch.start, UTC)
        hour, minute = divmod(self.start, HOUR)
        return datetime(
            self.day.year, self.day.month, self.day.day, hour, minute, tzinfo=zone
        ).astimezone(UTC)


@dataclass(slots=True)
class Row:
    start: int
    minutes: int
    is_now: bool
    cells: list[Cell]
    # Columns that are closed all the row long.
    closed: int = 0

    @property
    def is_hour(self) -> bool:
        return self.start % HOUR == 0


@dataclass(slots=True)
class Column:
    day: date
    cells: list[Cell]

    @property
    def visits(self) -> int:
        return sum(cell.kind in (Kind.VISIT, Kind.REQUEST) for cell in self.cells)

    @property
    def clinics(self) -> list[Clinic]:
        """Where the doctor is that day."""
        found = {
            cell.stretch.clinic.pk: cell.stretch.clinic
            for cell in self.cells
            if cell.stretch and cell.stretch.clinic
        }
        return list(found.values())

    @property
    def is_empty(self) -> bool:
        return all(cell.kind in (Kind.CLOSED, *GONE) for cell in self.cells)


@dataclass(slots=True)
class Grid:
    zone: ZoneInfo
    columns: list[Column]
    rows: list[Row]


def wall(second: int, zone: ZoneInfo) -> tuple[date, int]:
    """The local date and minute of an instant."""
    local = datetime.fromtimestamp(second, zone)
    return local.date(), local.hour * HOUR + local.minute


class Canvas:
    """Days in a zone, and what is painted on them so far."""

    def __init__(self, days: Sequence[date], zone: ZoneInfo) -> None:
        self.zone = zone
        self.days: dict[date, list[Stretch | None]] = {day: [None] * TICKS for day in days}
        self.visits: list[tuple[date, int, Stretch]] = []
        # The ticks between which there are hours, or visits outside of them.
        self.low, self.high = TICKS, 0

    def paint(self, stretches: Iterable[Stretch]) -> "Canvas":
        for stretch in stretches:
            for day, first, last in self._ticks_of(stretch):
                self._paint(self.days[day], stretch, first, last)
                if stretch.kind not in GONE:
                    self.low, self.high = min(self.low, first), max(self.high, last)
                if stretch.kind in TAKEN:
                    self.visits.append((day, first, stretch))
        return self

    def _paint(self, ticks: list[Stretch | None], stretch: Stretch, first: int, last: int) -> None:
        under = ticks[first]
        if stretch.kind is Kind.FREE and under is not None and under.kind is Kind.FREE:
            under.others += (stretch,)
            return
        # An absence shows where it takes something away; elsewhere only when there is nothing.
        bare = stretch.kind not in GONE or not any(ticks[first:last])
        for tick in range(first, last):
            if _yields(ticks[tick], stretch.kind) and (bare or ticks[tick]):
                ticks[tick] = stretch

    def _ticks_of(self, stretch: Stretch) -> Iterator[tuple[date, int, int]]:
        """By day; an hour that comes twice is read as one."""
        if stretch.start >= stretch.end:
            return
        opens, closes = wall(stretch.start, self.zone), wall(stretch.end, self.zone)
        stretch.wall = opens
        if opens[0] == closes[0] and closes[1] <= opens[1]:
            closes = opens[0], min(opens[1] + (stretch.end - stretch.start) // 60, DAY)
        for day in self.days:
            if opens[0] <= day <= closes[0]:
                first = opens[1] // TICK if day == opens[0] else 0
                last = -(-closes[1] // TICK) if day == closes[0] else TICKS
                if first < last:
                    yield day, first, last

    def grid(self, now: datetime, hidden: Iterable[date] = ()) -> Grid:
        """Rows from the first to the last hour in which anything is open or taken.

        Days among `hidden` that have nothing are left out.
        """
        today, minute = wall(int(now.timestamp()), self.zone)
        present = minute // TICK * TICK if today in self.days else -1
        low, high = self._hours()
        columns = [
            Column(day, self._cells(day, ticks, low, high)) for day, ticks in self.days.items()
        ]
        columns = [c for c in columns if not c.is_empty or c.day == today or c.day not in hidden]
        return Grid(self.zone, columns, _rows(columns, low, high, present))

    def _cells(self, day: date, ticks: list[Stretch | None], low: int, high: int) -> list[Cell]:
        cells: list[Cell] = []
        for tick in range(low // TICK, high // TICK):
            if cells and ticks[tick] is cells[-1].stretch:
                cells[-1].end += TICK
            else:
                cells.append(Cell(day, tick * TICK, (tick + 1) * TICK, ticks[tick]))
        shown = {id(cell.stretch) for cell in cells}
        for when, first, stretch in self.visits:
            if when == day and id(stretch) not in shown:
                next(c for c in cells if c.start <= first * TICK < c.end).also += (stretch,)
        return cells

    def _hours(self) -> tuple[int, int]:
        if self.low >= self.high:
            return USUAL
        return self.low * TICK // HOUR * HOUR, -(-self.high * TICK // HOUR) * HOUR


def _yields(under: Stretch | None, kind: Kind) -> bool:
    """Hours never hide hours of another clinic that are free; what is taken hides all."""
    if under is None or kind in TAKEN:
        return True
    if kind in GONE:
        return under.kind not in TAKEN
    if kind is Kind.BLOCKED:
        return under.kind in (Kind.OPEN, Kind.PAST)
    return kind is Kind.FREE and under.kind is Kind.OPEN


def _rows(columns: list[Column], low: int, high: int, present: int) -> list[Row]:
    starts = {cell.start for column in columns for cell in column.cells}
    starts.update(range(low, high, HOUR))
    if low < present < high:
        starts.add(present)
    edges = [*sorted(starts), high]
    place = {minute: index for index, minute in enumerate(edges)}
    rows = [Row(start, end - start, start == present, []) for start, end in pairwise(edges)]
    for column in columns:
        for cell in column.cells:
            first, last = place[cell.start], place[cell.end]
            cell.rows = last - first
            rows[first].cells.append(cell)
            for row in rows[first:last] if cell.kind is Kind.CLOSED else ():
                row.closed += 1
    return rows


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]
