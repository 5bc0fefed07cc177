"""The servers of the tests: shared by all test runs of this folder, gone after the last one.

Each run holds the file `users` shared. The process that holds the servers asks for it
exclusively; the kernel grants that when the last run has ended, however it ended.
"""

import fcntl
import os
import subprocess
import sys
import time

from doctobooking.local.children import last_words
from doctobooking.local.postgres import FAST, Postgres, remove_database
from doctobooking.local.state import PROJECT, Refusal, State, data_folder, try_lock
from doctobooking.local.supervisor import Stop, Supervisor
from doctobooking.local.valkey import Valkey

RUNS_AT_ONCE = 12  # each with a database name and a broker number of its own; Valkey has 16
PATIENCE = 60.0


def suite_state() -> State:
    """A folder of its own: tests never touch the data of `make run`."""
    parent = State(data_folder())
    parent.make()
    state = State(parent.folder / "test")
    state.make()
    return state


class Lease:
    """The servers for as long as this object, or at the latest this process, lives."""

    def __init__(self) -> None:
        self.state = suite_state()
        starting = self._open("starting")
        fcntl.flock(starting, fcntl.LOCK_EX)
        self.users = self._open("users")
        fcntl.flock(self.users, fcntl.LOCK_SH)  # waits for servers that are just ending
        self.number, self.place = self._take_number()
        self._await_servers()
        os.close(starting)
        kept = self.state.env()
        # Django derives the name of its test database from this one, which need not exist.
        name = "doctobooking" if self.number == 0 else f"run{self.number}"
        self.database_url = kept["DATABASE_URL"].replace("@/doctobooking?", f"@/{name}?")
        self.redis_url = f"{kept['REDIS_URL'].removesuffix('/0')}/{self.number}"
        self.postgres_log = self.state.logs / "postgres.log"

    def end(self) -> None:
        """Let go, and see the servers end when nobody else uses them."""
        os.close(self.place)
        os.close(self.users)
        deadline = time.monotonic() + 10
        while self._is_free("users") and not self._is_free("lock") and time.monotonic() < deadline:
            time.sleep(0.1)

    def _open(self, name: str) -> int:
        return os.open(self.state.folder / name, os.O_RDWR | os.O_CREAT, 0o600)

    def _is_free(self, name: str) -> bool:
        handle = self._open(name)
        try:
            return try_lock(handle)
        finally:
            os.close(handle)

    def _take_number(self) -> tuple[int, int]:
        for number in range(RUNS_AT_ONCE):
            handle = self._open(f"run-{number}")
            if try_lock(handle):
                return number, handle
            os.close(handle)
        raise Refusal(f"{RUNS_AT_ONCE} test runs use these servers already; wait for one to end.")

    def _await_servers(self) -> None:
        """Start them unless they run; they are ready when their addresses are written down."""
        log = self.state.log("servers")
        holder = None
        if self._is_free("lock"):
            self.state.env_file.unlink(missing_ok=True)
            with log.open("ab") as output:
                holder = subprocess.Popen(
                    [sys.executable, "-m", "doctobooking.local", "test-servers"],
                    cwd=PROJECT,
                    env={**os.environ, "DOCTOBOOKING_DATA": str(self.state.folder.parent)},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,  # it outlives this run when another one uses it
                )
        deadline = time.monotonic() + PATIENCE
        while not self.state.env():
            if (holder and holder.poll() is not None) or time.monotonic() > deadline:
                words = last_words(log.read_text(errors="replace").splitlines())
                raise Refusal(f"The servers of the tests did not start: {words} (see {log})")
            time.sleep(0.02)


def serve() -> None:
    """Hold the servers until the last test run is gone."""
    state = suite_state()
    _lock = state.lock(owner="the servers of the tests")
    state.env_file.unlink(missing_ok=True)
    users = os.open(state.folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
    with Supervisor() as supervisor:
        try:
            postgres, valkey = Postgres(state, options=FAST), Valkey(state)
            try:
                supervisor.start(postgres.prepare(), valkey.prepare())
            except Refusal as refusal:  # its data is worth nothing: once more, from nothing
                supervisor.tell(str(refusal))
                supervisor.stop()
                remove_database(state)
                supervisor.start(postgres.prepare(), valkey.prepare())
            state.write_env({"DATABASE_URL": postgres.url(), "REDIS_URL": valkey.url()})
            supervisor.watch(until=lambda: try_lock(users))
        except Stop:
            pass
        finally:
            state.env_file.unlink(missing_ok=True)
