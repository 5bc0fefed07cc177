"""age: what is written can be read by whoever holds an identity, which this machine does not."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import pyrage
from pyrage import x25519

from doctobooking.local.state import Refusal

CHUNK = 1 << 20


class Reader(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Writer(Protocol):
    def write(self, data: bytes, /) -> Any: ...

    def flush(self) -> None: ...


@dataclass(frozen=True)
class Seen:
    """What went into a file: its length in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


class Counted:
    """A writer that counts and digests what goes through it."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.digest.update(data)
        self.target.write(data)
        return len(data)

    def flush(self) -> None:
        self.target.flush()


class UntilItFails:
    """A writer that tries nothing more after a failure. age would: what it still holds is written
    once more while the failure is on its way, and on a pipe that nobody reads that never ends.
    """

    def __init__(self, target: Writer) -> None:
        self.target = target
        self.failure: BaseException | None = None

    def write(self, data: bytes) -> int:
        if self.failure:
            raise BrokenPipeError
        try:
            self.target.write(data)
        except BaseException as failure:  # a signal, too
            self.failure = failure
            raise
        return len(data)

    def flush(self) -> None:
        if not self.failure:
            self.target.flush()


class Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)

    def flush(self) -> None:
        pass


class Chunks:
    """A reader of what an iterator yields."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, or one chunk where no size is given; nothing at the end."""
        while not self.rest:
            try:
                self.rest = next(self.chunks)
            except StopIteration:
                return b""
        end = size if size >= 0 else len(self.rest)
        given, self.rest = self.rest[:end], self.rest[end:]
        return given


def recipients(keys: Sequence[str]) -> list[x25519.Recipient]:
    """Raises Refusal without any: a backup that anybody can read is none."""
    if not keys:
        raise Refusal(
            "Nothing was backed up: BACKUP_RECIPIENTS names no public key (age1...). "
            "docs/operations.md says how to make one."
        )
    try:
        return [x25519.Recipient.from_str(key.strip()) for key in keys]
    except pyrage.RecipientError:
        raise Refusal(
            "Nothing was backed up: BACKUP_RECIPIENTS has something that is not a public key of "
            "age (age1...)."
        ) from None


def identities(file: Path) -> list[x25519.Identity]:
    """The secret keys in a file as age-keygen writes it; Refusal when there is none."""
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    try:
        found = [x25519.Identity.from_str(n) for n in lines if n and not n.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise Refusal(f"{file} holds no identity of age (AGE-SECRET-KEY-1...).")
    return found


def seal(source: Reader, target: IO[bytes], keys: Sequence[x25519.Recipient]) -> Seen:
    counted = Counted(target)
    try:
        pyrage.encrypt_io(source, counted, keys)
    except pyrage.EncryptError as error:  # holds what reading or writing said
        raise Refusal(f"Nothing was backed up: {error}") from None
    return Seen(counted.size, counted.digest.hexdigest())


def unseal(file: Path, target: Writer, keys: Sequence[x25519.Identity]) -> None:
    """Raises Refusal on another key and on a file that is cut or changed, and whatever `target`
    raises. What had been read until then has gone to `target` already.
    """
    writer = UntilItFails(target)
    with file.open("rb") as source:
        try:
            pyrage.decrypt_io(source, writer, keys)
        except (pyrage.DecryptError, OSError) as error:
            if writer.failure:
                raise writer.failure from None
            raise Refusal(
                f"{file.name} does not open: {error}. Another key, or a damaged file."
            ) from None


def check(file: Path, keys: Sequence[x25519.Identity]) -> None:
    """Reads it all to its end and keeps nothing: Refusal unless each byte is as it was sealed."""
    unseal(file, Nowhere(), keys)


def look_at(file: Path) -> Seen:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while data := source.read(CHUNK):
            digest.update(data)
    return Seen(file.stat().st_size, digest.hexdigest())
