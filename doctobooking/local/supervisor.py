"""Starts programs in order, keeps them alive, and ends them all. One thread, no surprises."""

import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from doctobooking.local.children import Child, Program, last_words, popen, size, whole_lines
from doctobooking.local.state import Refusal

TICK = 0.1
QUICK_END = 5.0  # seconds of life: less of it counts as not having come up at all
QUICK_ENDS_ALLOWED = 5  # in a row
LONGEST_WAIT = 2.0
GRACE_PRODUCT = 4.0  # with GRACE_SERVERS and the kills after them: under 10 seconds
GRACE_SERVERS = 3.0


class Stop(Exception):
    """Somebody asked us to end."""


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


class Supervisor:
    """Holds the children. `with Supervisor() as s:` ends them whatever happens inside."""

    def __init__(self, tell: Callable[[str], None] = say) -> None:
        self.tell = tell
        self.children: list[Child] = []
        self.asked = 0  # how many times somebody asked us to end
        self._handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Supervisor":
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers[signum] = signal.signal(signum, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for signum, handler in self._handlers.items():
            signal.signal(signum, handler)

    def _ask(self, _signum: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def pause(self) -> None:
        time.sleep(TICK)
        if self.asked:
            raise Stop

    # Starting --------------------------------------------------------------

    def start(self, *programs: Program) -> None:
        """Start them together, and return when all of them are ready."""
        fresh = [Child(program) for program in programs]
        for child in fresh:
            self.children.append(child)
            child.start()
        for child in fresh:
            self._await_ready(child)

    def _await_ready(self, child: Child) -> None:
        name = child.program.name
        while not child.is_ready:
            if not child.is_running:
                raise Refusal(
                    f"{name} {child.ending} before it was ready: {child.last_words()} "
                    f"(the whole story: {child.program.log})"
                )
            if time.monotonic() - child.started > child.program.patience:
                raise Refusal(
                    f"{name} was not ready after {child.program.patience:.0f} s: "
                    f"{child.last_words()} (the whole story: {child.program.log})"
                )
            self.pause()

    def run(self, program: Program) -> None:
        """Run it to its end; a status other than 0 is a refusal with its last words."""
        start = size(program.log)
        child = Child(program)
        child.process = popen(program)
        try:
            while child.is_running:
                self.pause()
        finally:
            self._end([child], grace=2.0)
        if child.process.returncode != 0:
            lines, _ = whole_lines(program.log, max(start, size(program.log) - 60_000))
            raise Refusal(
                f"{program.name} {child.ending}: {last_words(lines)} "
                f"(the whole story: {program.log})"
            )

    # Watching --------------------------------------------------------------

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Start again what ends, until somebody asks us to end or `until` says so."""
        while not until():
            for child in self.children:
                for line in child.alarms()[:5]:
                    self.tell(f"{child.program.name:<9}| {line}")
                self._revive(child)
            try:
                self.pause()
            except Stop:
                return

    def _revive(self, child: Child) -> None:
        if child.is_running:
            return
        now = time.monotonic()
        if child.due == 0.0:
            child.due = now + self._note_end(child, now)
        if now >= child.due:
            child.due = 0.0
            child.start()

    def _note_end(self, child: Child, now: float) -> float:
        """Say it, clear what it left behind, and return the seconds to wait; or give up."""
        name = child.program.name
        ending = child.ending
        child.forget()
        child.quick_ends = child.quick_ends + 1 if now - child.started < QUICK_END else 0
        if child.quick_ends > QUICK_ENDS_ALLOWED:
            raise Refusal(
                f"{name} ended {child.quick_ends} times in a row right after its start, so all "
                f"is stopped. Its last words: {child.last_words()} "
                f"(the whole story: {child.program.log})"
            )
        self.tell(f"{name:<9}| {ending}; starting it again")
        return min(0.25 * child.quick_ends**2, LONGEST_WAIT)

    # Ending ----------------------------------------------------------------

    def stop(self) -> None:
        """First what serves people, then the servers below it; nothing is left."""
        children, self.children = self.children, []
        self._end([c for c in children if not c.program.is_server], GRACE_PRODUCT)
        self._end([c for c in children if c.program.is_server], GRACE_SERVERS)

    def _end(self, children: Sequence[Child], grace: float) -> None:
        """Ask all at once, then insist; a second Ctrl-C makes it quick."""
        longest = max((len(c.program.stop_signals) for c in children), default=0)
        for step in range(longest):
            alive = [c for c in children if c.is_running]
            for child in alive:
                signals = child.program.stop_signals
                signum = signals[min(step, len(signals) - 1)]
                if step == 0 and child.process is not None:
                    child.process.send_signal(signum)
                else:
                    child.signal_group(signum)
                child.signal_group(signal.SIGCONT)  # one that is halted hears nothing
            self._await_end(alive, grace if step == 0 else 1.0)
        for child in children:
            child.signal_group(signal.SIGKILL)

    def _await_end(self, children: Sequence[Child], grace: float) -> None:
        deadline = time.monotonic() + grace
        while any(c.is_running for c in children) and time.monotonic() < deadline:
            if self.asked > 1:
                deadline = min(deadline, time.monotonic() + 0.5)
                self.asked = 1
            time.sleep(TICK / 2)
