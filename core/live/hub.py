"""One connection of a web process listens; all its open streams follow.

The hub reads each change once, in the order of `core.live.changes`, whatever the channel, and
hands it to who follows that channel. It keeps the last ones, so that a stream can begin where
the page that opened it stopped reading. When the database goes away it comes back by itself and
goes on where it was.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg

from core.live.changes import WHERE_NOW, Change, Position

logger = logging.getLogger(__name__)

READ = """
SELECT xid, id, channel, kind, data, is_about_times, at,
    xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
FROM core_livechange WHERE (xid, id) > (%s, %s) ORDER BY xid, id LIMIT 1000
"""
REMEMBERED = 2000
# A look without a wake-up, for one that went astray.
LOOK_EVERY = 15.0
# How soon to look again for what a slower transaction holds back.
HELD_BACK = (0.02, 0.05, 0.1, 0.2, 0.5)
REST_AFTER_TROUBLE = 0.5
TOO_FAR_BEHIND = 1000


class Behind(Exception):
    """What came after that position is not remembered here any more: read it, and come again."""


class Follower:
    """One open stream: what it has not sent yet."""

    __slots__ = ("channel", "is_over", "waiting", "wake")

    def __init__(self, channel: str, waiting: list[Change]) -> None:
        self.channel, self.waiting = channel, waiting
        self.is_over = False
        self.wake = asyncio.Event()
        if waiting:
            self.wake.set()

    def tell(self, change: Change) -> None:
        self.waiting.append(change)
        if len(self.waiting) > TOO_FAR_BEHIND:
            self.is_over = True
        self.wake.set()

    def end(self) -> None:
        self.is_over = True
        self.wake.set()

    def take(self) -> list[Change]:
        changes, self.waiting = self.waiting, []
        self.wake.clear()
        return changes


class Hub:
    def __init__(self, address: dict[str, Any]) -> None:
        """`address`: what psycopg needs to connect."""
        self._address = address
        self._followers: dict[str, set[Follower]] = defaultdict(set)
        self._last: deque[Change] = deque(maxlen=REMEMBERED)
        self._position: Position | None = None
        self._floor = Position(0, 0)
        self._is_listening = asyncio.Event()
        self._is_closed = False
        self._task: asyncio.Task[None] | None = None

    async def listening(self, patience: float) -> bool:
        """Begin to listen, on first use; whether it does."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_listening.wait(), patience)
        return self._is_listening.is_set()

    def close(self) -> None:
        """No more streams: those that are open end, and nobody follows any more."""
        self._is_closed = True
        self._end_all()

    async def stop(self) -> None:
        self.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def follow(self, channel: str, after: Position) -> Follower:
        """Raises Behind."""
        if self._is_closed or self._position is None or after < self._floor:
            raise Behind
        waiting = [c for c in self._last if c.channel == channel and c.position > after]
        follower = Follower(channel, waiting)
        self._followers[channel].add(follower)
        return follower

    def leave(self, follower: Follower) -> None:
        followers = self._followers[follower.channel]
        followers.discard(follower)
        if not followers:
            del self._followers[follower.channel]

    @property
    def count(self) -> int:
        return sum(len(followers) for followers in self._followers.values())

    # Listening --------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError, TimeoutError) as error:
                logger.warning("live changes are away: %s", type(error).__name__)
            except Exception:
                logger.exception("live changes failed")
            finally:
                self._is_listening.clear()
            await asyncio.sleep(REST_AFTER_TROUBLE)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(**self._address, autocommit=True)
        async with connection:
            await connection.execute("LISTEN live")
            await self._begin(connection)
            self._is_listening.set()
            held = 0
            while True:
                is_held = await self._read(connection)
                held = held + 1 if is_held else 0
                pause = HELD_BACK[min(held, len(HELD_BACK)) - 1] if held else LOOK_EVERY
                async for _notice in connection.notifies(timeout=pause, stop_after=1):
                    pass

    async def _begin(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """From now on; after a break from where it was, in so far as it is the same cluster."""
        row = await (await connection.execute(WHERE_NOW)).fetchone()
        assert row is not None
        now = Position(row[0], 0)
        if self._position is None or self._position.xid > now.xid:
            self._position = self._floor = now
            self._last.clear()
            self._end_all()

    async def _read(self, connection: psycopg.AsyncConnection[Any]) -> bool:
        """Hand on what is new. Whether something is held back by a transaction that still runs."""
        while True:
            assert self._position is not None
            async with asyncio.timeout(LOOK_EVERY):
                rows = await (await connection.execute(READ, self._position)).fetchall()
            ready = [Change.of(row[:-1]) for row in rows if row[-1]]
            self._hand_on(ready)
            if len(ready) < len(rows) or not rows:
                return bool(rows)

    def _hand_on(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if len(self._last) == REMEMBERED:
                self._floor = self._last[0].position
            self._last.append(change)
            self._position = change.position
            for follower in self._followers.get(change.channel, ()):
                follower.tell(change)

    def _end_all(self) -> None:
        for followers in list(self._followers.values()):
            for follower in followers:
                follower.end()
