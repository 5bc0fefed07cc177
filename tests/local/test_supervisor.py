"""The supervisor with small programs of its own: what it does when they end, and how it ends."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from doctobooking.local.children import Program, sentence
from doctobooking.local.state import Refusal
from doctobooking.local.supervisor import Stop, Supervisor

pytestmark = pytest.mark.thorough

FOREVER = "import time; time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FOREVER
WITH_CHILD = (
    "import subprocess, sys; "
    f"print(subprocess.Popen([sys.executable, '-c', {FOREVER!r}]).pid, flush=True); " + FOREVER
)
HOLDER = f"""
import sys
from pathlib import Path
from doctobooking.local.children import Program, sentence
from doctobooking.local.supervisor import Supervisor
with Supervisor() as supervisor:
    program = Program("x", [sys.executable, "-c", {FOREVER!r}], Path(sys.argv[1]))
    supervisor.start(program)
    print(supervisor.children[0].process.pid, flush=True)
    supervisor.watch()
"""


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(told: list[str]) -> Iterator[Supervisor]:
    with Supervisor(told.append) as supervisor:
        yield supervisor


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    def make(code: str, **more: object) -> Program:
        return Program("x", [sys.executable, "-c", code], tmp_path / "x.log", **more)

    return make


def pid_of(supervisor: Supervisor) -> int:
    return supervisor.children[0].process.pid


def is_another(supervisor: Supervisor, first: int) -> bool:
    return supervisor.children[0].is_running and pid_of(supervisor) != first


def is_alive(pid: int) -> bool:
    """Zombies do not count: nobody may have waited for them yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def soon(condition: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_killed_program_starts_again(supervisor, program, told):
    supervisor.start(program(FOREVER))
    first = pid_of(supervisor)
    os.kill(first, signal.SIGKILL)
    supervisor.watch(
        until=lambda: supervisor.children[0].is_running and pid_of(supervisor) != first
    )
    assert told == ["x        | was ended by SIGKILL; starting it again"]


def test_killed_program_leaves_no_children(supervisor, program, tmp_path):
    supervisor.start(program(WITH_CHILD))
    assert soon((tmp_path / "x.log").read_text)
    grandchild = int((tmp_path / "x.log").read_text())
    first = pid_of(supervisor)
    os.kill(first, signal.SIGKILL)
    supervisor.watch(
        until=lambda: supervisor.children[0].is_running and pid_of(supervisor) != first
    )
    assert soon(lambda: not is_alive(grandchild))


@pytest.mark.slow
def test_program_that_never_stays_up_ends_everything_with_its_last_words(supervisor, program):
    supervisor.start(program("raise SystemExit('FATAL: no such thing')"))
    with pytest.raises(Refusal, match=r"x ended 6 times in a row .* FATAL: no such thing"):
        supervisor.watch()


def test_program_that_ends_before_it_is_ready_is_a_sentence(supervisor, program):
    with pytest.raises(Refusal, match=r"x ended with status 1 before it was ready: FATAL: mine"):
        supervisor.start(program("raise SystemExit('FATAL: mine')", is_ready=lambda _pid: False))


def test_program_that_is_never_ready_is_a_sentence(supervisor, program):
    with pytest.raises(Refusal, match="x was not ready after 0 s"):
        supervisor.start(program(FOREVER, is_ready=lambda _pid: False, patience=0.3))


def test_step_that_fails_is_a_sentence(supervisor, program):
    with pytest.raises(Refusal, match="x ended with status 1: ValueError: nope"):
        supervisor.run(program("raise ValueError('nope')"))


def test_stop_ends_even_who_does_not_listen(supervisor, program):
    supervisor.start(program(STUBBORN), program(FOREVER))
    pids = [child.process.pid for child in supervisor.children]
    os.kill(pids[1], signal.SIGSTOP)
    time.sleep(0.3)
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 6
    assert not any(is_alive(pid) for pid in pids)


def test_signal_interrupts_a_start(supervisor, program):
    os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(Stop):
        supervisor.start(program(FOREVER, is_ready=lambda _pid: False))


def test_alarm_lines_reach_the_terminal(supervisor, program, told):
    code = "print('quiet'); print('ERROR loud', flush=True); " + FOREVER
    supervisor.start(program(code, alarm=re.compile("ERROR")))
    supervisor.watch(until=lambda: bool(told))
    assert told == ["x        | ERROR loud"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"event": "no way\\nTraceback", "level": "error"}', "ERROR no way"),
        ("[2026-11-24 10:00] ERROR in time", "[2026-11-24 10:00] ERROR in time"),
        ('{"ERROR": 1}', '{"ERROR": 1}'),
        ("x" * 500, "x" * 200),
    ],
)
def test_alarm_line_is_short_and_plain(line, words):
    assert sentence(line) == words


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of the death")
def test_killed_supervisor_leaves_nothing_behind(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "x.log")], stdout=subprocess.PIPE
    )
    pid = int(holder.stdout.readline())
    assert is_alive(pid)
    holder.kill()
    holder.wait()
    assert soon(lambda: not is_alive(pid))
