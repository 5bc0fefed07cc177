"""Django's pages, which are WSGI, behind an ASGI server: the whole page in one of few threads.

Django's own ASGI handler would pass each of the middlewares through a thread of its own, at twice
the CPU of a page (docs/adr/0016). Here a request is read on the event loop, answered as a whole
in one thread, and sent in one piece.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

IN_MEMORY = 1_000_000
# More than any form of ours takes. What is beyond is read and thrown away, so that the browser
# hears the answer; up to a point.
LARGEST_BODY = 12_000_000
PATIENCE_WITH_GIANTS = 200_000_000
PIECE = 262_144


class TooLarge(Exception):
    pass


class Gone(Exception):
    """The client left before the whole request had arrived."""


@dataclass
class Answer:
    """What a page said: the response itself, its first piece, and the rest when there is more."""

    status: int
    headers: Headers
    response: Iterable[bytes]
    pieces: Iterator[bytes]
    piece: bytes = b""
    is_whole: bool = False

    def turn(self) -> None:
        """To the next piece; the last one closes the response, in the thread that made it."""
        parts, size = [], 0
        for part in self.pieces:
            parts.append(part)
            size += len(part)
            if size >= PIECE:
                break
        else:
            self.is_whole = True
            self.close()
        self.piece = b"".join(parts)

    def close(self) -> None:
        close = getattr(self.response, "close", None)
        if close is not None:
            close()


class Bridge:
    def __init__(self, wsgi: Callable[..., Iterable[bytes]], threads: int) -> None:
        self._wsgi = wsgi
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def ask(self, scope: Scope, receive: Receive) -> Answer:
        """The page's answer. Raises TooLarge, Gone."""
        body, length = await read_body(scope, receive)
        try:
            return await self._in_thread(self._answer, environ_of(scope, body, length))
        finally:
            body.close()

    async def give(self, answer: Answer, scope: Scope, send: Send) -> None:
        await start(send, answer.status, answer.headers)
        is_head = scope["method"] == "HEAD"
        try:
            while not (answer.is_whole or is_head):
                await write(send, answer.piece, more=True)
                await self._in_thread(answer.turn)
        finally:
            if not answer.is_whole:  # the client left, or wanted the head alone
                await self._in_thread(answer.close)
        await write(send, b"" if is_head else answer.piece)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: object = None
        ) -> None:
            said.append((status, headers))

        response = self._wsgi(environ, start_response)
        status, headers = said[-1]
        encoded = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
        answer = Answer(int(status.split()[0]), encoded, response, iter(response))
        answer.turn()
        return answer

    async def _in_thread(self, function: Callable[..., Any], *values: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, function, *values)


async def start(send: Send, status: int, headers: Headers) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def write(send: Send, piece: bytes, *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": more})


async def read_body(scope: Scope, receive: Receive) -> tuple[IO[bytes], int]:
    """The body, at its start, and its length. Raises TooLarge, Gone."""
    if not any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]):
        return BytesIO(), 0
    body: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- the caller closes it
    length, more = 0, True
    while more and length <= PATIENCE_WITH_GIANTS:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.close()
            raise Gone
        piece = message.get("body", b"")
        length += len(piece)
        if length <= LARGEST_BODY:
            body.write(piece)
        more = message.get("more_body", False)
    if length > LARGEST_BODY:
        body.close()
        raise TooLarge
    body.seek(0)
    return body, length


def environ_of(scope: Scope, body: IO[bytes], length: int) -> dict[str, Any]:
    """PEP 3333, from an ASGI scope."""
    host, port = scope.get("server") or ("127.0.0.1", 80)
    client, client_port = scope.get("client") or ("", 0)
    path = unquote_to_bytes(scope["raw_path"]) if scope.get("raw_path") else scope["path"].encode()
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:  # would be taken for the name with a dash, which a proxy may have set
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    # Also for a body in chunks, which has no length of its own.
    environ["CONTENT_LENGTH"] = str(length)
    return environ
