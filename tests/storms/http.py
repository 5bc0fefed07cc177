"""As much of HTTP/1.1 as a crowd needs: one request on one connection, and its whole answer."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "127.0.0.1"
CSRF = "c" * 32  # cookie and field only have to agree
PATIENCE = 30.0


@dataclass(frozen=True)
class Request:
    path: str
    session: str = ""
    form: Mapping[str, str] | None = None  # None is a GET

    def encode(self, port: int) -> bytes:
        cookie = f"csrftoken={CSRF}" + (f"; sessionid={self.session}" if self.session else "")
        head = [
            f"{'GET' if self.form is None else 'POST'} {self.path} HTTP/1.1",
            f"Host: {HOST}:{port}",
            f"Cookie: {cookie}",
            "Accept: text/html",
            "Connection: close",
        ]
        body = ""
        if self.form is not None:
            body = urlencode({**self.form, "csrfmiddlewaretoken": CSRF})
            head += [
                f"Origin: http://{HOST}:{port}",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


@dataclass(frozen=True)
class Answer:
    """Status 0 means that no whole answer came: `trouble` says why."""

    status: int
    seconds: float
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    trouble: str = ""

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


async def ask(port: int, request: Request) -> Answer:
    return (await ask_together(port, [request]))[0]


async def ask_together(port: int, requests: Sequence[Request]) -> list[Answer]:
    """All connect and send all but their last byte; then all last bytes go out at once."""
    gate = asyncio.Barrier(len(requests))
    return await asyncio.gather(*(_exchange(port, request, gate) for request in requests))


async def _exchange(port: int, request: Request, gate: asyncio.Barrier) -> Answer:
    began = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                data = request.encode(port)
                writer.write(data[:-1])
                await writer.drain()
                await gate.wait()
                began = time.monotonic()
                writer.write(data[-1:])
                raw = await reader.read(-1)
            finally:
                writer.close()
        return _parse(raw, time.monotonic() - began)
    except (OSError, TimeoutError, ValueError, asyncio.BrokenBarrierError) as error:
        await gate.abort()
        return Answer(0, time.monotonic() - began, trouble=type(error).__name__)


def _parse(raw: bytes, seconds: float) -> Answer:
    """Raises ValueError for an answer that is cut off or is none."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    if not separator:
        raise ValueError("no answer")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _colon, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if len(body) != int(headers.get("content-length", len(body))):
        raise ValueError("cut off")
    return Answer(int(status.split()[1]), seconds, headers, body.decode(errors="replace"))


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
