"""What the web server calls: pages by Django's WSGI handler, in threads; streams on the loop.

A stream is a page as well: the same view, middlewares and rules answer it, in a page's thread.
When its answer is an EventStream the connection stays open here, and the thread goes back to the
pages (docs/adr/0016).
"""

import asyncio
import signal
from contextlib import suppress

from django.conf import settings
from django.db import connection

from core.live import streams
from core.live.hub import Hub
from core.live.responses import EventStream
from doctobooking.bridge import Bridge, Gone, Headers, Receive, Scope, Send, TooLarge, start, write

# A page that opens a stream waits so long for the hub; then it does without.
PATIENCE = 2.0
# What is said here did not go through the middlewares.
PLAIN: Headers = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        b"frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]


class Dispatcher:
    def __init__(self, bridge: Bridge, hub: Hub) -> None:
        self._bridge, self._hub = bridge, hub
        self._open: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            try:
                await self._answer(scope, receive, send)
            except TooLarge:
                await start(send, 413, plain_headers())
                await write(send, b"El archivo es demasiado grande.\n")
            except Gone:
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_stream = scope["path"].startswith("/sse/") and scope["method"] == "GET"
        if is_stream:
            # First, so that nothing gets lost between what the page reads and what the hub says.
            await self._hub.listening(PATIENCE)
        answer = await self._bridge.ask(scope, receive)
        if is_stream and isinstance(answer.response, EventStream):
            await self._stream(answer.response, answer.headers, receive, send)
        else:
            await self._bridge.give(answer, scope, send)

    async def _stream(
        self, stream: EventStream, headers: Headers, receive: Receive, send: Send
    ) -> None:
        count = self._open.get(stream.address, 0)
        if self._hub.count >= settings.LIVE_STREAMS or count >= settings.LIVE_STREAMS_PER_ADDRESS:
            await start(send, 503, [*plain_headers(), (b"retry-after", b"30")])
            await write(send, b"")
            return
        self._open[stream.address] = count + 1
        try:
            await start(send, 200, [h for h in headers if h[0] != b"content-length"])
            await streams.serve(
                stream, hub=self._hub, threads=self._bridge.threads, receive=receive, send=send
            )
        finally:
            self._open[stream.address] -= 1
            if not self._open[stream.address]:
                del self._open[stream.address]

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._end_streams_early()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._hub.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def _end_streams_early(self) -> None:
        """The server waits for open connections before it says that it stops: at its signal the
        streams end, and their browsers come to the next process. The event loop has heard of the
        signal before Python calls this handler, and goes on with the server's own.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(ValueError):  # not in the main thread
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._hub.close))


def plain_headers() -> Headers:
    seconds = settings.SECURE_HSTS_SECONDS
    value = b"max-age=%d; includeSubDomains; preload" % seconds
    return [*PLAIN, (b"strict-transport-security", value)] if seconds else PLAIN


def database_address() -> dict[str, object]:
    """What Django connects with, for the hub's own connection."""
    ours = {"cursor_factory", "context"}
    known = connection.get_connection_params()
    return {
        **{name: value for name, value in known.items() if name not in ours},
        "application_name": "doctobooking-live",
        # A server that vanished is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
