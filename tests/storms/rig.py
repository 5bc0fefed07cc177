"""The whole product as in production, on the loopback: Postgres, Valkey, web, worker, beat.

And the means to hurt it: kill, halt and start again each of them, ask the database behind its
back, and read its log.
"""

import asyncio
import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import redis

from doctobooking.local.children import Child, Program
from doctobooking.local.postgres import Postgres, remove_database
from doctobooking.local.product import programs
from doctobooking.local.state import PROJECT, State
from doctobooking.local.supervisor import Supervisor
from doctobooking.local.valkey import Valkey, free_port
from tests.mail_sink import MailSink
from tests.storms.http import Answer, Request, ask, ask_together

# A crowd comes from one address here, and nobody shall be slowed down by the limits for people.
WIDE = "1000000/m/ip"
LIMITS = {
    "HOLDS_PER_ADDRESS": "1000000",
    "BOOKINGS_PER_HOUR": "1000000",
    "OPEN_VISITS_PER_DOCTOR": "1000000",
    "LIVE_STREAMS_PER_ADDRESS": "1000000",
    **{f"LIMIT_{n}": WIDE for n in ("LOGIN", "LOGIN_FAILED", "SIGNUP", "RESET_PASSWORD")},
}

CLOCKS = Path(__file__).parent / "clocks"
MAKE_WORLD = "import django; django.setup(); from tests.storms.world import main; main()"


@dataclass(frozen=True)
class Mails:
    """What the ledger and the mail server agree on."""

    messages: int
    copies: int  # more than one of a message
    unknown: int  # for people to look at: a worker died twice with it in its hands


class Rig:
    before: Mails

    def __init__(self, state: State) -> None:
        self.state = state
        self.port = free_port()
        self.sink = MailSink().start()
        self.supervisor = Supervisor(tell=lambda _line: None)
        self.postgres = Postgres(state)
        self.valkey = Valkey(state)
        self.supervisor.start(self.postgres.prepare(), self.valkey.prepare())
        self.environment = self._environment()
        self.world = self._prepare()
        self.supervisor.start(*map(self._with_a_clock, self._programs()))

    def _programs(self) -> list[Program]:
        web, worker, beat = programs(self.state, self.environment, self.port)
        return [web, replace(worker, is_ready=lambda _pid: self.is_consuming()), beat]

    def _with_a_clock(self, program: Program) -> Program:
        """Its own, that can be set while it runs."""
        clock = {"PYTHONPATH": str(CLOCKS), "STORM_CLOCK": str(self.clock_of(program.name))}
        return replace(program, environment={**program.environment, **clock})

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.storms.settings",
            "DOCTOBOOKING_DATA": str(self.state.folder),
            "DATABASE_URL": self.postgres.url(),
            "REDIS_URL": self.valkey.url(),
            "EMAIL_URL": self.sink.url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "CLINICAL_KEYS": "storm:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "TLS": "false",
            "LOG_LEVEL": "WARNING",
            "LOG_REQUESTS": "WARNING",
            **LIMITS,
        }

    def _prepare(self) -> dict[str, Any]:
        answer = subprocess.run(
            [sys.executable, "-c", MAKE_WORLD],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr[-3000:]
        return dict(json.loads(answer.stdout))

    def end(self) -> None:
        self.supervisor.stop()
        self.sink.stop()
        remove_database(self.state)

    # People ----------------------------------------------------------------

    def go(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run(work)

    def ask(self, request: Request) -> Answer:
        return asyncio.run(ask(self.port, request))

    def ask_together(self, requests: Sequence[Request]) -> list[Answer]:
        return asyncio.run(ask_together(self.port, requests))

    def time(self, number: int) -> datetime:
        """The half hours from next Monday on, 40 of each day."""
        monday = datetime.fromisoformat(self.world["monday"])
        return monday + timedelta(days=number // 40, minutes=30 * (number % 40))

    def path(self, clinic: int, at: datetime, page: str = "") -> str:
        return f"/reservar/{self.world['clinics'][clinic]['id']}/{at:%Y%m%dT%H%M%SZ}/{page}"

    # Processes -------------------------------------------------------------

    def child(self, name: str) -> Child:
        return next(c for c in self.supervisor.children if c.program.name == name)

    def kill(self, name: str) -> None:
        """kill -9 of it and of what it started, without a warning."""
        child = self.child(name)
        child.signal_group(signal.SIGKILL)
        assert child.process is not None
        child.process.wait(timeout=10)

    def halt(self, name: str) -> None:
        self.child(name).signal_group(signal.SIGSTOP)

    def resume(self, name: str) -> None:
        self.child(name).signal_group(signal.SIGCONT)

    def revive(self, name: str) -> float:
        """Start it again, as a supervisor would. Returns the seconds until it was ready."""
        child, began = self.child(name), time.monotonic()
        child.forget()
        child.start()
        assert soon(lambda: child.is_ready, 60), child.last_words()
        return time.monotonic() - began

    def is_consuming(self) -> bool:
        """A worker waits at the broker for something to do."""
        try:
            with redis.Redis.from_url(self.valkey.url(), socket_timeout=2) as broker:
                return any(c["cmd"] == "brpop" for c in broker.client_list())
        except redis.RedisError:
            return False

    def clock_of(self, name: str) -> Path:
        return self.state.folder / f"clock-{name}"

    def set_clock(self, name: str, shift: timedelta, processes: int) -> None:
        """Returns when as many processes as that go by it."""
        file, seconds = self.clock_of(name), str(int(shift.total_seconds()))
        for told in file.parent.glob(f"{file.name}.*"):
            told.unlink()
        fresh = file.with_suffix(".new")
        fresh.write_text(seconds)
        fresh.rename(file)
        assert soon(lambda: self._clocks(file).count(seconds) >= processes, 10), self._clocks(file)

    def _clocks(self, file: Path) -> list[str]:
        return [told.read_text() for told in file.parent.glob(f"{file.name}.*")]

    def check_integrity(self) -> None:
        for command in (["check_integrity"], ["availability_index", "--check"]):
            answer = subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=PROJECT,
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert answer.returncode == 0, answer.stdout + answer.stderr

    # The database, behind the product's back -------------------------------

    def sql(self, text: str, values: object = None) -> list[Any]:
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            cursor = connection.execute(text, values)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def sql_many(self, text: str, rows: Sequence[object]) -> None:
        with psycopg.connect(self.postgres.url()) as connection:
            connection.cursor().executemany(text, rows)  # type: ignore[arg-type]

    def count(self, text: str, values: object = None) -> int:
        return int(self.sql(text, values)[0][0])

    def log(self, name: str = "postgres", since: int = 0) -> str:
        return self.child(name).program.log.read_bytes()[since:].decode(errors="replace")

    def log_position(self, name: str = "postgres") -> int:
        return self.child(name).program.log.stat().st_size


def soon(condition: Callable[[], bool], seconds: float, every: float = 0.1) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
