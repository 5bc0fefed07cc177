"""How a benchmark is written and what it yields."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Benchmark = Callable[[bool], Iterator["Result"]]
ALL: dict[str, Benchmark] = {}


def benchmark(function: Benchmark) -> Benchmark:
    """Registers `function(quick)` under its module's and its own name, like `engine.month`."""
    ALL[f"{function.__module__.rpartition('.')[2]}.{function.__name__}"] = function
    return function


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table.

    `aim` and `limit` are ratios to the floor, or in `unit` itself where `absolute`. Milliseconds
    should be few; of anything else ("/s") more is better.
    """

    name: str
    measured: float
    floor: float
    unit: str = "ms"
    aim: float | None = None
    limit: float | None = None
    absolute: bool = False
    # The slowest twentieth begins here.
    p95: float | None = None

    @property
    def ratio(self) -> float:
        return self.measured / self.floor

    @property
    def is_over_limit(self) -> bool:
        if self.limit is None:
            return False
        reached = self.measured if self.absolute else self.ratio
        return reached > self.limit if self.unit == "ms" else reached < self.limit


def milliseconds(*works: Callable[[], object], seconds: float = 1.0) -> list[float]:
    """Median time of each work. They take turns, so that a busy moment strikes them alike."""
    return [statistics.median(times) for times in taken_times(*works, seconds=seconds)]


def beside(
    name: str,
    work: Callable[[], object],
    floor: Callable[[], object],
    *,
    aim: float | None = None,
    limit: float | None = None,
    seconds: float,
) -> Result:
    """A work beside its floor: medians, and the work's 95th percentile."""
    times, floors = taken_times(work, floor, seconds=seconds)
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    return Result(
        name, statistics.median(times), statistics.median(floors), aim=aim, limit=limit, p95=p95
    )


def taken_times(*works: Callable[[], object], seconds: float) -> list[list[float]]:
    """Milliseconds of each call of each work."""
    taken: list[list[float]] = [[] for _ in works]
    for work in works:
        work()  # the first call pays for imports, caches and connections
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(taken[0]) < 5:
        for work, times in zip(works, taken, strict=True):
            began = time.perf_counter()
            work()
            times.append((time.perf_counter() - began) * 1000)
    return taken
