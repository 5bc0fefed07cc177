"""A hub and its streams in a test: everything on an event loop of its own, really committed."""

import asyncio
import time

from django.db import close_old_connections, connection, connections

from core.live.hub import Hub
from doctobooking.dispatcher import database_address

# Another run's open transaction in the same server holds everything back for a moment.
PATIENCE = 60.0


def tell(channel, kind, is_about_times=True):
    with connection.cursor() as cursor:
        cursor.execute("SELECT live_tell(%s, %s, '{}', %s)", [channel, kind, is_about_times])


async def in_thread(function, *values):
    """As another process would: with a connection of its own."""

    def call():
        try:
            return function(*values)
        finally:
            connections.close_all()

    return await asyncio.to_thread(call)


async def soon(condition, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return condition()


def run(scene):
    """`scene(hub)` with a hub that listens."""

    async def go():
        hub = Hub(database_address())
        assert await hub.listening(PATIENCE)
        try:
            await scene(hub)
        finally:
            await hub.stop()

    close_old_connections()
    asyncio.run(go())
