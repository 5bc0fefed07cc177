"""The engine alone: one clinic, 30 days, no database."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from appointments.availability import Interval, Office, Weekly, free_starts, to_busy
from benchmarks.registry import Result, benchmark, milliseconds

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(days=30)
MORNING, AFTERNOON = (9 * 60, 13 * 60), (15 * 60, 19 * 60)
OFFICE = Office(
    zone=ZoneInfo("America/Santiago"),
    weekly=tuple(
        Weekly(weekday, start, end)
        for weekday in range(1, 7)
        for start, end in (MORNING, AFTERNOON)
    ),
    slot_minutes=30,
    buffer_after=5,
    min_notice_minutes=120,
    horizon_days=60,
)


@benchmark
def month(quick: bool) -> Iterator[Result]:
    yield _of("engine, 30 days, empty book", [], limit=1.5, quick=quick)
    yield _of("engine, 30 days, 120 visits", _visits(120), limit=1.5, quick=quick)


@benchmark
def crowded_month(quick: bool) -> Iterator[Result]:
    """Far more than one doctor can see: short stretches, close together, in any order."""
    yield _of("engine, 30 days, 5,000 busy", _visits(5_000), limit=10, quick=quick)


def _of(name: str, busy: list[Interval], *, limit: float, quick: bool) -> Result:
    answer = _ask(busy)
    measured, floor = milliseconds(
        lambda: _ask(busy), lambda: _pass_over(answer), seconds=0.3 if quick else 2
    )
    return Result(name, measured, floor, limit=limit, absolute=True)


def _ask(busy: list[Interval]) -> list[datetime]:
    return free_starts(OFFICE, busy=busy, now=NOW, since=NOW, until=UNTIL)


def _pass_over(answer: list[datetime]) -> list[datetime]:
    return [start for start in answer if start >= NOW]


def _visits(count: int) -> list[Interval]:
    """The same on every run; a minute to ten each where there are thousands."""
    chance = random.Random(count)
    minutes = 30 if count < 1_000 else 1
    starts = (NOW + chance.randrange(30 * 24 * 60) * timedelta(minutes=1) for _ in range(count))
    return [to_busy(start, start + timedelta(minutes=minutes)) for start in starts]
