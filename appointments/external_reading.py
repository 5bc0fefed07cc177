"""`python -m appointments.external_reading`: fetches one calendar and says when it is busy.

A process apart (core.apart): neither a server that never ends nor a rule that repeats each second
reaches the worker. The question and the answer are JSON on stdin and stdout.
"""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from appointments.external_events import Broken, NoCalendar, TooComplex, busy_stretches
from core.apart import Outcome, TimeIsUp, confine, run_apart, time_limit
from core.fetching import FetchFailed, fetch

MODULE = "appointments.external_reading"
FETCH_SECONDS, READ_SECONDS = 15.0, 8.0
MOST_BYTES = 2_000_000
MEGABYTES = 600
# Starting up, and what a limit takes to be noticed.
ALLOWANCE = 6.0
# Written between fetching and reading: whoever is killed has said how far it came.
FETCHED = b"fetched\n"
ACCEPT = "text/calendar, text/plain;q=0.9, */*;q=0.5"
TROUBLES = {NoCalendar: "no_calendar", Broken: "broken", TooComplex: "too_complex"}


@dataclass(frozen=True)
class Question:
    """Where to look, what is known from there, and which time it is about (ISO 8601)."""

    address: str
    zone: str
    since: str
    until: str
    etag: str = ""
    last_modified: str = ""
    allow_loopback: bool = False


@dataclass(frozen=True)
class Reading:
    """`trouble` is a CalendarTrouble; without one, `busy` is None where nothing changed."""

    trouble: str = ""
    busy: list[tuple[int, int]] | None = None
    etag: str = ""
    last_modified: str = ""


def read_apart(question: Question) -> Reading:
    """Ask a process of its own. Blocks for half a minute at the most; touches no database."""
    asked = json.dumps(asdict(question)).encode()
    seconds = FETCH_SECONDS + READ_SECONDS + ALLOWANCE
    return _understood(run_apart(MODULE, asked, seconds=seconds))


def _understood(outcome: Outcome) -> Reading:
    before, was_fetched, answer = outcome.output.partition(FETCHED)
    try:
        found: dict[str, Any] = json.loads(answer if was_fetched else before)
        return Reading(**found)
    except (ValueError, TypeError):
        if was_fetched:
            return Reading("too_complex")
        return Reading("failed" if outcome.is_complete else "too_slow")


def read(question: Question) -> Reading:
    """What the process does."""
    try:
        fetched = fetch(
            question.address,
            seconds=FETCH_SECONDS,
            most_bytes=MOST_BYTES,
            accept=ACCEPT,
            etag=question.etag,
            last_modified=question.last_modified,
            allow_loopback=question.allow_loopback,
        )
    except FetchFailed as failed:
        return Reading(str(failed.failure))
    if fetched.body is None:
        return Reading(etag=question.etag, last_modified=question.last_modified)
    _say(FETCHED)
    try:
        with time_limit(READ_SECONDS):
            busy = busy_stretches(
                fetched.body,
                zone=question.zone,
                since=datetime.fromisoformat(question.since),
                until=datetime.fromisoformat(question.until),
            )
    except tuple(TROUBLES) as error:
        return Reading(TROUBLES[type(error)])
    except (TimeIsUp, MemoryError, RecursionError):
        return Reading("too_complex")
    pairs = [(stretch.start, stretch.end) for stretch in busy]
    return Reading(busy=pairs, etag=fetched.etag, last_modified=fetched.last_modified)


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def main() -> None:
    confine(megabytes=MEGABYTES, seconds=int(READ_SECONDS + FETCH_SECONDS))
    question = Question(**json.load(sys.stdin))
    _say(json.dumps(asdict(read(question))).encode())


if __name__ == "__main__":
    main()
