"""Whose machine is it? A time limit means something only when nobody else is at work here."""

import os
import time
from pathlib import Path

HZ = os.sysconf("SC_CLK_TCK")
MUCH = 0.15


class Stopwatch:
    """`with Stopwatch() as watch:` and then the share of all cores that others took."""

    others = 0.0

    def __enter__(self) -> "Stopwatch":
        self._began, self._all, self._ours = time.monotonic(), _everybody(), _ours()
        return self

    def __exit__(self, *_: object) -> None:
        seconds = (time.monotonic() - self._began) * (os.cpu_count() or 1)
        self.others = max(0.0, _everybody() - self._all - (_ours() - self._ours)) / seconds

    @property
    def is_fair(self) -> bool:
        return self.others < MUCH

    @property
    def note(self) -> str:
        return "" if self.is_fair else f" (others took {self.others:.0%} of the machine)"


def _everybody() -> float:
    """Seconds of work of all cores since the start of the machine."""
    user, nice, system, _idle, _wait, *rest = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + sum(rest[:3])) / HZ


def _ours() -> float:
    """Seconds of work of this process and of all that descend from it."""
    parents, work = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            parents[int(entry.name)] = int(fields[1])
            work[int(entry.name)] = sum(map(int, fields[11:15]))
    return sum(work[pid] for pid in work if _descends(pid, parents)) / HZ


def _descends(pid: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        if pid == os.getpid():
            return True
        pid = parents[pid]
    return False
