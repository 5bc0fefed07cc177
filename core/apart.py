"""Work on what strangers send, in a process apart: it has no secrets, and only so much of anything.

A time limit inside a worker could not end what a library does in one long step, and memory that
was once taken stays with the worker. A process can be ended, and gives everything back.
"""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

HERE = Path(__file__).resolve().parent.parent
# Again and again: an exception inside a destructor is only printed.
AGAIN_SECONDS = 0.2


class TimeIsUp(BaseException):
    """No library that catches `Exception` goes on regardless."""


@dataclass(frozen=True)
class Outcome:
    """What the process wrote until it ended, or was ended."""

    output: bytes
    is_complete: bool


def run_apart(module: str, question: bytes, *, seconds: float) -> Outcome:
    """Give `question` to `python -m module`; it is killed after `seconds`.

    What it says on stderr is thrown away: it could quote what it read.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            input=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            cwd=HERE,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(HERE)},
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return Outcome(late.stdout or b"", is_complete=False)
    return Outcome(done.stdout, is_complete=done.returncode == 0)


def confine(*, megabytes: int, seconds: int) -> None:
    """Called by the process itself, before it reads anything."""
    os.nice(10)  # mails and pages first
    _limit(resource.RLIMIT_AS, megabytes * 2**20)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(what: int, most: int) -> None:
    _soft, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp inside the block after `seconds`. Main thread only: it uses the alarm."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
