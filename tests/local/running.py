"""`make run`'s process and its children, seen from outside through /proc."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from doctobooking.local.postgres import remove_database
from doctobooking.local.state import PROJECT, State

# What the command line of each child has in it.
CHILDREN = {
    "postgres": "bin/postgres -D",
    "valkey": "valkey-server",
    "web": "-m granian",
    "worker": "doctobooking.celery worker",
    "beat": "doctobooking.celery beat",
}
OUR_OWN = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORT", "DEMO_PASSWORD")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def soon(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def is_alive(pid: int) -> bool:
    """Zombies do not count: nobody may have waited for them yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def children_of(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def descendants_of(pid: int) -> set[int]:
    found = set(children_of(pid))
    return found.union(*(descendants_of(child) for child in found))


class Product:
    """One `python -m doctobooking.local run` with a folder and a port of its own."""

    def __init__(self, folder: Path, port: int, **environment: str) -> None:
        self.folder = folder
        self.port = port
        self.output = folder.with_suffix(".out")
        kept = {name: value for name, value in os.environ.items() if name not in OUR_OWN}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "doctobooking.local", "run"],
                cwd=PROJECT,
                env={
                    **kept, "DOCTOBOOKING_DATA": str(folder), "PORT": str(port),
                    "DEMO": "false", **environment,
                },
                stdout=output,
                stderr=output,
                start_new_session=True,
            )  # fmt: skip
        self.everyone: set[int] = set()

    @property
    def said(self) -> str:
        return self.output.read_text()

    def get(self, path: str) -> int:
        """The status of a page; 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def await_welcome(self, seconds: float) -> None:
        soon(lambda: "Ctrl-C" in self.said or self.process.poll() is not None, seconds)
        assert "Ctrl-C" in self.said, self.said
        self.everyone = descendants_of(self.process.pid)

    def pid(self, name: str) -> int:
        mine = children_of(self.process.pid)
        return next((pid for pid in mine if CHILDREN[name] in command_of(pid)), 0)

    def survivors(self) -> list[str]:
        return [command_of(pid) or str(pid) for pid in self.everyone if is_alive(pid)]

    def end(self, signum: int = signal.SIGINT) -> int:
        self.everyone |= descendants_of(self.process.pid)
        self.process.send_signal(signum)
        return self.process.wait(timeout=15)

    def clear(self) -> None:
        """For a test that failed in the middle."""
        if self.process.poll() is None:
            self.end(signal.SIGTERM)

    def remove(self) -> None:
        """Root's database is not in the folder that pytest removes."""
        self.clear()
        remove_database(State(self.folder))
