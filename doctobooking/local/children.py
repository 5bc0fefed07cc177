"""One child process: started in a session of its own, bound to the life of its parent."""

import contextlib
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The system user that a child runs as, when not as ourselves."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """What to run, when it counts as ready, and how it is asked to stop."""

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    account: Account | None = None
    is_server: bool = False  # started before, and stopped after, what is not one
    is_ready: Callable[[int], bool] = lambda _pid: True
    before: Callable[[], None] = lambda: None  # before each start, the first and any later one
    patience: float = 60.0
    stop_signals: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGKILL)
    alarm: re.Pattern[str] | None = None  # lines of its log that belong on the terminal


def die_with_parent(parent: int, signum: int) -> None:
    """Linux sends us `signum` when the parent ends, however it ends; elsewhere nothing happens."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the line above
        os.kill(os.getpid(), signum)


def popen(program: Program) -> "subprocess.Popen[bytes]":
    """Start it. Must be called from the main thread: the kernel watches the thread that forks."""
    parent, signum = os.getpid(), program.stop_signals[0]
    account = program.account
    with program.log.open("ab") as log:
        return subprocess.Popen(
            [str(part) for part in program.command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=program.folder,
            env={**os.environ, **program.environment},
            start_new_session=True,
            # Runs after the change of user, which would clear the setting again.
            preexec_fn=lambda: die_with_parent(parent, signum),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


class Child:
    """A program that runs, ran, or is due to run again."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.due = 0.0
        self.quick_ends = 0
        self.log_start = 0
        self.log_seen = 0

    def start(self) -> None:
        self.program.before()
        self.log_start = self.log_seen = size(self.program.log)
        self.process = popen(self.program)
        self.started = time.monotonic()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def is_ready(self) -> bool:
        return self.process is not None and self.program.is_ready(self.process.pid)

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        code = self.process.returncode if self.process else None
        if code is not None and code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with status {code}"

    def signal_group(self, signum: int) -> None:
        """To the child and to what it started; they are one process group."""
        if self.process is None:
            return
        # macOS answers PermissionError for a group of zombies.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signum)

    def forget(self) -> None:
        """End what it started and let its number go: the kernel may soon give it to a stranger."""
        self.signal_group(signal.SIGKILL)
        self.process = None

    def alarms(self) -> list[str]:
        """The lines since the last call that a person should see at once."""
        if self.program.alarm is None:
            return []
        lines, self.log_seen = whole_lines(self.program.log, self.log_seen)
        return [sentence(line) for line in lines if self.program.alarm.search(line)]

    def last_words(self) -> str:
        """The most telling line of its log since it was started."""
        lines, _ = whole_lines(self.program.log, self.log_start)
        return last_words(lines)


def sentence(line: str) -> str:
    """What a person wants of a line of the log, which may be an object of JSON."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        fields = json.loads(line)
        line = f"{fields.get('level', 'error').upper()} {fields['event']}"
    return line.strip().split("\n")[0][:200]


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def whole_lines(path: Path, start: int) -> tuple[list[str], int]:
    """The finished lines from `start` on (at most 64 kB of them), and where they end."""
    if size(path) <= start:
        return [], start
    with path.open("rb") as file:
        file.seek(start)
        text = file.read(65_536)
    end = text.rfind(b"\n") + 1 or (len(text) if len(text) == 65_536 else 0)
    return text[:end].decode(errors="replace").splitlines(), start + end


def last_words(lines: Sequence[str]) -> str:
    """The last line that names a trouble, or else the last line."""
    written = [line.strip() for line in lines if line.strip()]
    telling = [line for line in written if re.search(r"FATAL|PANIC|[Ee]rror|ERROR", line)]
    return (telling or written or ["it wrote nothing"])[-1][:300]
