"""The folder of backups: their names, which sort by time, and the note beside each."""

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from doctobooking.backups.sealing import Seen, look_at
from doctobooking.local.state import Refusal

STAMP = "%Y%m%dT%H%M%SZ"
DUMP, MEDIA, NOTE = "dump.age", "media.tar.age", "json"
PARTS = "|".join(re.escape(part) for part in (DUMP, MEDIA, NOTE))
OURS = re.compile(rf"doctobooking-(\d{{8}}T\d{{6}}Z)\.({PARTS})")
HALF = ".half"  # written to, until it is whole


def name_at(at: datetime, part: str) -> str:
    """doctobooking-20261129T160000Z.dump.age; the time is UTC."""
    return f"doctobooking-{at.astimezone(UTC).strftime(STAMP)}.{part}"


@dataclass(frozen=True)
class Shelf:
    folder: Path

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Refusal while another process writes here. What one that was killed left half is gone."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600), "wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refusal("Another process is writing a backup there; wait for it.") from None
            self._clear()
            try:
                yield
            finally:
                self._clear()

    def _clear(self) -> None:
        for path in self.folder.glob(f".doctobooking-*{HALF}"):
            path.unlink()

    @contextlib.contextmanager
    def begin(self, name: str) -> Iterator[IO[bytes]]:
        """A file that bears no name of a backup yet; on the disk when the block ends."""
        handle = os.open(self._half(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

    def finish(self, *names: str) -> None:
        """Give them their names, in this order."""
        for name in names:
            self._half(name).rename(self.folder / name)
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _half(self, name: str) -> Path:
        return self.folder / f".{name}{HALF}"

    def stamps(self) -> Iterator[tuple[datetime, Path]]:
        """When each file of ours was made (UTC), by its name. Other files are not ours."""
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if match := OURS.fullmatch(path.name):
                yield datetime.strptime(match[1], STAMP).replace(tzinfo=UTC), path

    def newest(self) -> datetime | None:
        """Of those that are whole, which is when the note is there."""
        times = [at for at, path in self.stamps() if path.name.endswith(f".{NOTE}")]
        return max(times, default=None)

    def forget_before(self, limit: datetime) -> int:
        """Returns how many files are gone."""
        old = [path for at, path in self.stamps() if at < limit]
        for path in old:
            path.unlink()
        return len(old)


def note_of(dump: Path) -> dict[str, Any]:
    """Raises Refusal when the file has another name, or its note is not beside it."""
    match = OURS.fullmatch(dump.name)
    if not match or match[2] != DUMP:
        raise Refusal(f"{dump.name} is not called as a backup of ours, doctobooking-*.{DUMP}.")
    note = dump.with_name(dump.name.removesuffix(DUMP) + NOTE)
    try:
        read: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refusal(f"Nothing was restored: {note.name} is not beside {dump.name}.") from None
    except ValueError:
        read = {}
    if not {"at", "version", "files", "migrations"} <= set(read):
        raise Refusal(f"Nothing was restored: {note.name} cannot be read.")
    return read


def refuse_if_changed(file: Path, note: dict[str, Any]) -> None:
    """The file as it was written, by its length and SHA-256."""
    written = note["files"].get(file.name, {})
    if not file.exists():
        raise Refusal(f"Nothing was restored: {file.name} is not there.")
    if look_at(file) != Seen(written.get("size", -1), written.get("sha256", "")):
        raise Refusal(f"Nothing was restored: {file.name} is not as its note says; it is damaged.")
