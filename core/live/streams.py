"""Keeping an EventStream open on the event loop: a task, a queue and a socket, nothing more.

No thread and no database connection belongs to an open stream. Where the audience must be asked
(may this person still listen?) the question runs in the threads of the pages.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections

from core.live.changes import Change
from core.live.hub import Behind, Follower, Hub
from core.live.responses import Audience, EventStream

logger = logging.getLogger(__name__)

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]

PING_EVERY = 15.0
PING = b": ping\n\n"
# Somebody who may not listen any more hears nothing at once; an idle stream ends by then.
ASK_AGAIN_EVERY = 60.0
# Then the browser comes again, perhaps to another process.
LONGEST = 3600.0
BREATH = 1.0


async def serve(
    stream: EventStream, *, hub: Hub, threads: Executor, receive: Receive, send: Send
) -> None:
    """Say what the stream begins with, then all that comes, until one of the two has enough."""
    await _write(send, stream.content)
    try:
        follower = hub.follow(stream.audience.channel, stream.position)
    except Behind:
        await _write(send, b"", is_last=True)
        return
    gone = asyncio.ensure_future(_gone(receive))
    gone.add_done_callback(lambda _future: follower.end())
    try:
        await _go_on(stream.audience, follower, threads, send)
        if not gone.done():
            await _write(send, b"", is_last=True)
    finally:
        hub.leave(follower)
        gone.cancel()


async def _go_on(audience: Audience, follower: Follower, threads: Executor, send: Send) -> None:
    clock = asyncio.get_running_loop().time
    end = clock() + LONGEST * random.uniform(0.5, 1)
    ask_again = clock() + ASK_AGAIN_EVERY
    while clock() < end:
        try:
            async with asyncio.timeout(PING_EVERY):
                await follower.wake.wait()
        except TimeoutError:
            await _write(send, PING)
        if follower.is_over:
            return
        changes = follower.take()
        if not changes and clock() < ask_again:
            continue
        ask_again = clock() + ASK_AGAIN_EVERY
        frames = await _hear(audience, changes, threads)
        while frames is _NOT_NOW and not follower.is_over:
            await asyncio.sleep(BREATH)
            frames = await _hear(audience, changes, threads)
        if frames is None or follower.is_over:
            return
        if frames:
            await _write(send, b"".join(frames))


# The database is away: nobody can say who may listen, so nothing is said until it is back.
_NOT_NOW: list[bytes] = []


async def _hear(audience: Audience, changes: list[Change], threads: Executor) -> list[bytes] | None:
    if not audience.asks_database:
        return audience.hear(changes)

    def ask() -> list[bytes] | None:
        close_old_connections()
        try:
            return audience.hear(changes)
        except (OperationalError, InterfaceError):
            return _NOT_NOW
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(threads, ask)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, data: bytes, *, is_last: bool = False) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": not is_last})
