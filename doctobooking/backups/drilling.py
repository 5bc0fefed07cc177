"""`drill`: a backup of the live database, restored beside it and compared with it.

What is compared is what was dumped: both read one snapshot, while people go on working.
"""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo, sql
from pyrage import x25519

from doctobooking.backups import comparing, media, postgres
from doctobooking.backups.sealing import Seen, check, look_at
from doctobooking.local.state import Refusal

MARK = "Doctobooking: a drill of the backups; may be dropped"
LOCK = 7_206_114
TRIES = 6


class Drill:
    """Its steps in order, each with the seconds that it took."""

    def __init__(self, url: str, folder: Path, tell: Callable[[str], None]) -> None:
        self.url = url
        self.folder = folder
        self.tell = tell
        self.identity = x25519.Identity.generate()
        self.began = time.monotonic()

    def run(self) -> list[str]:
        """The differences. Raises Refusal when a step cannot be done."""
        with tempfile.TemporaryDirectory(prefix="doctobooking-drill-") as place:
            dump, tar = Path(place, "dump.age"), Path(place, "media.tar.age")
            with scratch_database(self.url) as scratch:
                found = self._database(dump, scratch)
            found += self._media(tar)
        self.tell(f"in all: {time.monotonic() - self.began:.1f} s, {len(found)} differences")
        return found

    def _database(self, dump: Path, scratch: str) -> list[str]:
        with postgres.connect(self.url) as live:
            live.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            snapshot = str(_one(live, "SELECT pg_export_snapshot()"))
            before = comparing.sequences(live)
            with self._step("dump and encrypt") as told, dump.open("xb") as target:
                keys = [self.identity.to_public()]
                seen = postgres.dump(self.url, target, keys, snapshot=snapshot)
                told.append(f"{seen.size:,} bytes")
            after = comparing.sequences(live)
            with self._step("look at the original") as told:
                original = comparing.facts(live)
                told.append(_counted(original))
        with self._step("check and restore"):
            self._check(dump, seen)
            postgres.restore(dump, [self.identity], scratch)
        with (
            self._step("look at the restored one and compare") as told,
            postgres.connect(scratch) as copy,
        ):
            restored = comparing.facts(copy)
            numbers = comparing.sequences(copy)
            found = comparing.differences(original, restored, copy)
            told.append(_counted(restored))
        return [*found, *comparing.sequence_differences(before, after, numbers)]

    def _media(self, tar: Path) -> list[str]:
        with self._step("media: pack, encrypt, decrypt, compare") as told:
            before = media.digests(self.folder)
            with tar.open("xb") as target:
                seen = media.pack(self.folder, target, [self.identity.to_public()])
            after = media.digests(self.folder)
            self._check(tar, seen)
            packed = media.digests_in(tar, [self.identity])
            told.append(f"{len(packed)} files, {seen.size:,} bytes")
        return comparing.file_differences(before, after, packed)

    def _check(self, file: Path, seen: Seen) -> None:
        if look_at(file) != seen:
            raise Refusal(f"{file.name} is not on the disk as it was written.")
        check(file, [self.identity])

    @contextlib.contextmanager
    def _step(self, name: str) -> Iterator[list[str]]:
        began, told = time.monotonic(), list[str]()
        yield told
        self.tell(f"{time.monotonic() - began:6.1f} s  {': '.join([name, *told])}")


@contextlib.contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """The address of an empty `<name>_drill` on the same server, gone afterwards however it ends.

    One of that name without our mark is somebody's: Refusal. So is another drill at the same time.
    """
    name = f"{postgres.name_of(url)}_drill"
    with postgres.connect(url) as server:
        if not _one(server, f"SELECT pg_try_advisory_lock({LOCK})"):
            raise Refusal("Another drill is running on this database; wait for it.")
        quoted = sql.Identifier(name)
        try:
            if _is_left_over(server, name):
                _drop(server, name)
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(quoted))
        except psycopg.Error as error:
            reason = str(error).splitlines()[0]
            raise Refusal(f"The database {name} could not be made: {reason}") from None
        try:
            mark = sql.SQL("COMMENT ON DATABASE {} IS {}").format(quoted, MARK)
            server.execute(mark)
            yield conninfo.make_conninfo(**{**postgres.parts_of(url), "dbname": name})
        finally:
            with postgres.connect(url) as again:
                _drop(again, name)


def _drop(server: comparing.Connection, name: str) -> None:
    """Not WITH (FORCE): that is refused while the server itself vacuums there. Each try waits some
    seconds for sessions that are just ending.
    """
    query = sql.SQL("DROP DATABASE {}").format(sql.Identifier(name))
    for _ in range(TRIES - 1):
        with contextlib.suppress(psycopg.errors.ObjectInUse):
            server.execute(query)
            return
    server.execute(query)


def _is_left_over(server: comparing.Connection, name: str) -> bool:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    row = server.execute(query, [name]).fetchone()
    if row and row[0] != MARK:
        raise Refusal(f"There is a database {name}, and no drill made it. It is left as it is.")
    return row is not None


def _one(connection: comparing.Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def _counted(facts: comparing.Facts) -> str:
    rows = sum(int(text.split()[0]) for text in facts["table"].values())
    counts = ", ".join(f"{len(names)} {kind}" for kind, names in sorted(facts.items()))
    return f"{rows:,} rows, {counts}"
