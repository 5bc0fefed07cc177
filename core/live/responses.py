"""A page that goes on: `text/event-stream` (HTML standard, 9.2).

As a plain response it says what is new and ends, and the browser asks again a little later. The
web server keeps it open instead and goes on (`core.live.streams`).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Protocol

from django.http import HttpResponse

from core.live.changes import Change, Reading

# After a cut the browser waits so long before it asks again.
COME_AGAIN_MS = 1500


class Audience(Protocol):
    """What one open page may hear of a channel."""

    channel: str
    # Whether `hear` asks the database: then it runs where the pages run.
    asks_database: bool

    def hear(self, changes: Sequence[Change]) -> "list[bytes] | None":
        """Frames for the page; None when it may not listen any longer."""


class EventStream(HttpResponse):
    """Begins with what is in `reading`; the page stays open for what comes after."""

    def __init__(self, audience: Audience, reading: Reading, *, name: str, address: str) -> None:
        """`name` says where the reading ends, `address` who is counted for this connection."""
        super().__init__(content_type="text/event-stream; charset=utf-8")
        # A proxy that waits for a full buffer would hold the events back.
        self["X-Accel-Buffering"] = "no"
        self["Cache-Control"] = "no-store, private"
        self.audience, self.position, self.address = audience, reading.position, address
        self.content = b"".join(
            [
                b"retry: %d\n\n" % COME_AGAIN_MS,
                *(audience.hear(reading.changes) or []),
                # It also tells the page that streams get through to it.
                frame("ready", {"is_lost": reading.is_lost}, name=name),
            ]
        )


def frame(event: str, data: Mapping[str, object], *, name: str = "") -> bytes:
    """One event. `name` is what the browser sends back as Last-Event-ID."""
    lines = [f"event: {event}", f"data: {json.dumps(data)}"]
    if name:
        lines.append(f"id: {name}")
    return ("\n".join(lines) + "\n\n").encode()


def last_name(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Where the browser is: after a cut it says so by itself, at first the page says it."""
    return headers.get("Last-Event-ID") or query.get("desde", "")
