"""The folder of media as one tar, and back."""

import hashlib
import io
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from pyrage import x25519

from doctobooking.backups.sealing import Chunks, Seen, look_at, seal, unseal
from doctobooking.local.state import Refusal

Digests = dict[str, str]  # name inside the folder -> SHA-256


def pack(folder: Path, target: IO[bytes], keys: Sequence[x25519.Recipient]) -> Seen:
    """Every file of the folder into `target`, encrypted. No folder: an empty tar."""
    return seal(Chunks(_tar(folder)), target, keys)


def unpack(file: Path, keys: Sequence[x25519.Identity], folder: Path) -> int:
    """Returns how many files there were. Refusal when the folder has something in it."""
    refuse_unless_free(folder)
    with _opened(file, keys) as archive:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        archive.extractall(folder, filter="data")
        return sum(member.isfile() for member in archive.getmembers())


def refuse_unless_free(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise Refusal(f"Nothing was restored: the folder {folder} is not empty.")


def digests(folder: Path) -> Digests:
    found = {}
    for path in _files(folder):
        try:
            found[str(path.relative_to(folder))] = look_at(path).sha256
        except FileNotFoundError:  # somebody changed a photo meanwhile
            continue
    return found


def digests_in(file: Path, keys: Sequence[x25519.Identity]) -> Digests:
    with _opened(file, keys) as archive:
        return {
            member.name: hashlib.sha256(archive.extractfile(member).read()).hexdigest()  # type: ignore[union-attr]
            for member in archive.getmembers()
            if member.isfile()
        }


def _opened(file: Path, keys: Sequence[x25519.Identity]) -> tarfile.TarFile:
    plain = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the archive that reads it
    unseal(file, plain, keys)
    plain.seek(0)
    return tarfile.open(fileobj=plain, mode="r:")


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def _tar(folder: Path) -> Iterator[bytes]:
    """Photos are small: one at a time is in memory."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for path in _files(folder):
            try:
                with path.open("rb") as content:
                    name = str(path.relative_to(folder))
                    archive.addfile(archive.gettarinfo(arcname=name, fileobj=content), content)
            except FileNotFoundError:  # somebody changed a photo meanwhile
                continue
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.BytesIO) -> bytes:
    data = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return data
