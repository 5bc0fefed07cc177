"""Checks of a code that was given, beside one that nobody was given and what is no code."""

from collections.abc import Callable, Iterator

from benchmarks.registry import Result, benchmark, beside
from benchmarks.stage import stage

UNKNOWN, MALFORMED = "ZZZZ-ZZZZ-ZZZZ", "hola"
PAPERS = 200


@benchmark
def check(quick: bool) -> Iterator[Result]:
    """One query either way: what remains is the row that comes back. No limit: it is watched."""
    with stage():
        from prescriptions.checking import check_code  # noqa: PLC0415 -- the stage is up only now
        from tests import factories  # noqa: PLC0415 -- as above
        from tests.conftest import NOW  # noqa: PLC0415 -- as above
        from tests.prescriptions.world import prescribe  # noqa: PLC0415 -- as above

        visit = factories.AttendedFactory()
        *_others, row = [prescribe(visit) for _n in range(PAPERS)]

        def checking(code: str) -> Callable[[], object]:
            return lambda: check_code(code, now=NOW)

        seconds = 1.0 if quick else 4.0
        given, unknown = checking(row.said.code), checking(UNKNOWN)
        yield beside("check of a code, beside an unknown one", given, unknown, seconds=seconds)
        yield beside("what is no code, beside an unknown one", checking(MALFORMED), unknown,
                     seconds=seconds)  # fmt: skip
