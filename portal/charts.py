"""Figures as drawings: where bars and cells stand, in the units of their picture. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from appointments import figures
from appointments.occupancy import Count

WIDTH, HEIGHT = 1000, 200
GAP = 0.2  # of a bar's room
HEAT_LEVELS = 4


@dataclass(frozen=True)
class Bar:
    """The figures of the days from `first` to `last`."""

    first: date
    last: date
    count: Count

    @property
    def offered(self) -> int:
        return self.count.offered - self.count.shared

    @property
    def percent(self) -> int | None:
        return percent(self.count.inside, self.offered)

    @property
    def pieces(self) -> list[tuple[str, int, int]]:
        """Kind, from and to: what was offered; upon it attended, booked, who did not come."""
        count, at = self.count, 0
        found = [("offered", 0, self.offered)]
        others = count.booked - count.attended - count.missed
        for kind, size in (
            ("attended", count.attended), ("booked", others), ("missed", count.missed)
        ):  # fmt: skip
            found.append((kind, at, at + size))
            at += size
        return found


@dataclass(frozen=True)
class Bars:
    bars: Sequence[Bar]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def top(self) -> int:
        """Minutes at the upper edge."""
        return max((max(bar.offered, bar.count.booked) for bar in self.bars), default=0)

    @property
    def paths(self) -> dict[str, str]:
        """What is of one kind in all bars is one path, as SVG writes it (`d`)."""
        top, room = self.top, WIDTH / max(len(self.bars), 1)
        found: dict[str, list[str]] = {"offered": [], "attended": [], "booked": [], "missed": []}
        for n, bar in enumerate(self.bars):
            x, width = n * room + room * GAP / 2, room * (1 - GAP)
            for kind, low, high in bar.pieces:
                if high > low:
                    y, height = HEIGHT * (1 - high / top), HEIGHT * (high - low) / top
                    found[kind].append(f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z")
        return {kind: "".join(pieces) for kind, pieces in found.items() if pieces}

    @property
    def ends(self) -> Sequence[Bar]:
        """Whose dates are written below: the first, the middle, the last."""
        if len(self.bars) < 4:
            return self.bars
        return [self.bars[0], self.bars[len(self.bars) // 2], self.bars[-1]]

    @property
    def fullest(self) -> Bar | None:
        sold = [bar for bar in self.bars if bar.percent is not None]
        return max(sold, key=lambda bar: bar.percent or 0, default=None)


def bars_of(found: Mapping[date, Count], first: date, last: date, part: str) -> Bars:
    """One for each day, week or month, also where there is nothing; weeks and months are cut at the
    period's ends.
    """
    return Bars(
        [
            Bar(since, until, found.get(figures.bucket_of(since, part), Count()))
            for since, until in _spans(first, last, part)
        ]
    )


def _spans(first: date, last: date, part: str) -> list[tuple[date, date]]:
    spans, day = [], first
    while day <= last:
        until = day
        if part == figures.WEEK:
            until = day + timedelta(days=6 - day.weekday())
        elif part == figures.MONTH:
            until = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        spans.append((day, min(until, last)))
        day = until + timedelta(days=1)
    return spans


@dataclass(frozen=True)
class Cell:
    """`percent` is None where nothing was offered; `level` is 0 to HEAT_LEVELS."""

    percent: int | None
    offered: int
    booked: int

    @property
    def level(self) -> int:
        return min((self.percent or 0) * (HEAT_LEVELS + 1) // 100, HEAT_LEVELS)


@dataclass(frozen=True)
class HeatRow:
    hour: int
    cells: Sequence[Cell]


def heat_of(by_weekday: Mapping[int, Count]) -> tuple[list[int], list[HeatRow]]:
    """The weekdays and hours at which anything was offered."""
    open_days = [d for d in range(1, 8) if d in by_weekday and any(by_weekday[d].offered_hours)]
    hours = [h for h in range(24) if any(by_weekday[d].offered_hours[h] for d in open_days)]
    rows = [
        HeatRow(
            hour,
            [
                Cell(
                    percent(by_weekday[d].booked_hours[hour], by_weekday[d].offered_hours[hour]),
                    by_weekday[d].offered_hours[hour],
                    by_weekday[d].booked_hours[hour],
                )
                for d in open_days
            ],
        )
        for hour in range(hours[0], hours[-1] + 1)
    ] if hours else []  # fmt: skip
    return open_days, rows


def percent(part: int, whole: int) -> int | None:
    """Rounded half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else None
