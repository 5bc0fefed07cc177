"""Open pages in a storm: each keeps its stream, and notes what it hears and when."""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field

from tests.storms.http import HOST
from tests.storms.rig import Rig


@dataclass
class Listener:
    port: int
    path: str
    session: str = ""
    last: str = ""
    status: int = 0
    heard: list[tuple[float, dict[str, str], str]] = field(default_factory=list)
    is_ready: bool = False
    task: "asyncio.Task[None] | None" = None

    async def open(self) -> "Listener":
        self.is_ready, self.status = False, 0
        self.task = asyncio.create_task(self._listen())
        while not (self.is_ready or self.task.done()):
            await asyncio.sleep(0.01)
        return self

    async def close(self) -> None:
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task

    async def _listen(self) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            last = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
            writer.write(
                f"GET {self.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n{last}"
                f"Cookie: sessionid={self.session}\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            self.status = int(head.split()[1])
            while self.status == 200:
                self._hear((await reader.readuntil(b"\n\n")).decode())
        except (asyncio.IncompleteReadError, OSError):
            return  # cut
        finally:
            writer.close()

    def _hear(self, frame: str) -> None:
        # A piece of chunked encoding begins with its length.
        lines = [line.split(": ", 1) for line in frame.split("\n") if ": " in line]
        values = {name: value for name, value in lines if name}
        if "id" in values:
            self.last = values["id"].strip()
        if values.get("event") == "ready":
            self.is_ready = True
        if values.get("event") == "change":
            data = json.loads(values["data"])
            self.heard.append((time.monotonic(), data, values["id"].strip()))

    def kinds(self) -> list[str]:
        return [data["kind"] for _when, data, _name in self.heard]

    def names(self) -> list[str]:
        return [name for _when, _data, name in self.heard]


def agenda(rig: Rig, clinic: int, port: int = 0) -> Listener:
    """The agenda of a clinic's doctor, open from now on."""
    ((xid,),) = rig.sql("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
    session = rig.world["clinics"][clinic]["session"]
    return Listener(port or rig.port, f"/sse/agenda/?desde={xid}-0", session)


def picker(rig: Rig, clinic: int) -> Listener:
    return Listener(rig.port, f"/sse/medicos/{rig.world['clinics'][clinic]['slug']}/")


async def until(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.005)
    return bool(condition())
