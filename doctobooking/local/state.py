"""The one folder of everything that this machine keeps: its lock, its addresses, its secrets."""

import base64
import contextlib
import fcntl
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MARKER = "doctobooking-data"


class Refusal(Exception):
    """Why nothing was started, or why everything was stopped: a sentence for the terminal."""


def data_folder() -> Path:
    """Where `make run` keeps its state; the same rule as in doctobooking/settings/base.py."""
    return Path(os.environ.get("DOCTOBOOKING_DATA") or PROJECT / ".local").resolve()


class State:
    """A state folder, made on first use. Only files that this module's readers know live in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.env_file = folder / "env"
        self.lock_file = folder / "lock"

    def make(self) -> None:
        # Root's Postgres runs as another user, who has to get through to its own folder.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        missing = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o755, exist_ok=True)
        if missing:
            self.folder.chmod(mode)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        (self.folder / MARKER).touch()

    def env(self) -> dict[str, str]:
        """What was written last time; nothing when there is no such file."""
        try:
            lines = self.env_file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def write_env(self, values: Mapping[str, str]) -> None:
        """Replace the file at once: a reader sees the old one or the new one, never half."""
        text = "".join(f"{name}={value}\n" for name, value in values.items())
        fresh = self.folder / "env.new"
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.env_file)

    def secrets(self) -> dict[str, str]:
        """This machine's secrets, made on the first start and kept from then on."""
        kept = self.env()
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        return {
            "SECRET_KEY": kept.get("SECRET_KEY") or secrets.token_urlsafe(50),
            "CLINICAL_KEYS": kept.get("CLINICAL_KEYS") or f"k{secrets.token_hex(3)}:{key}",
        }

    def lock(self, *, owner: str) -> int:
        """Take the folder for this process, or say who has it."""
        handle = os.open(self.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        if not try_lock(handle):
            other = os.pread(handle, 200, 0).decode(errors="replace").strip() or "another process"
            os.close(handle)
            raise Refusal(
                f"Doctobooking already runs with the folder {self.folder} ({other}). "
                "Stop it with Ctrl-C in its terminal, or use another folder and port: "
                "DOCTOBOOKING_DATA=/some/folder PORT=8001 make run"
            )
        os.truncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, {owner}\n".encode(), 0)
        return handle

    def log(self, name: str) -> Path:
        """The log of a child, with the one before it set aside when it has grown."""
        path = self.logs / f"{name}.log"
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size > 5_000_000:
                path.replace(path.with_suffix(".log.1"))
        return path


def try_lock(handle: int, *, shared: bool = False) -> bool:
    """Whether this process got the lock; the kernel gives it back when the process ends."""
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
