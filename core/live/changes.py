"""Reading the changes of a channel: each one once, in order, and none too early.

The id of a row says when its transaction wrote it, not when it was committed: a reader that
remembers the highest id would never see the row of a slower transaction. So rows are read in the
order of their transactions, and only below the oldest one that still runs. What is held back so
comes with the next look (docs/adr/0016).
"""

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from core.models import LiveChange

# As long as somebody may want to know what happened since the last visit.
KEPT_FOR = timedelta(days=30)
MOST = 1000
# The channel of the one row that says up to where rows were deleted.
PRUNED = "pruned"

WHERE_NOW = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
# Older than everything that is kept, or from another cluster (a restored copy counts from anew).
IS_LOST = """
SELECT %(xid)s > pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    OR (%(xid)s, %(row)s) < (
        SELECT xid, id FROM core_livechange WHERE channel = %(pruned)s
        ORDER BY xid DESC, id DESC LIMIT 1
    )
"""
POSITION = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


class Position(NamedTuple):
    """Everything up to and with the row `(xid, row)` is known."""

    xid: int
    row: int

    def __str__(self) -> str:
        return f"{self.xid}-{self.row}"


START = Position(0, 0)


def position_of(text: str) -> Position | None:
    """What a browser sent back; None for what we never gave it."""
    match = POSITION.fullmatch(text)
    return Position(int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True, slots=True)
class Change:
    position: Position
    channel: str
    kind: str
    data: Mapping[str, Any]
    is_about_times: bool
    at: datetime

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Change":
        xid, number, channel, kind, data, is_about_times, at = row
        return cls(Position(xid, number), channel, kind, data, is_about_times, at)


@dataclass(frozen=True)
class Reading:
    """What is new in a channel. `is_lost`: there may be more that nobody can tell any more."""

    changes: Sequence[Change]
    position: Position
    is_lost: bool = False


def position_now() -> Position:
    """To be asked before a page reads what it shows: what it may have missed comes after this."""
    return Position(int(_row(WHERE_NOW)[0]), 0)


def read_after(channel: str, position: Position) -> Reading:
    """The changes of a channel after `position`, and how far they reach.

    The place is asked for first: what is committed in between is either among the changes, or
    comes after the last of them.
    """
    here = position_now()
    if _row(IS_LOST, xid=position.xid, row=position.row, pruned=PRUNED)[0]:
        return Reading([], here, is_lost=True)
    changes = changes_after(channel, position)
    last = changes[-1].position if changes else position
    return Reading(changes, last if len(changes) == MOST else max(last, here))


def changes_after(channel: str, position: Position) -> list[Change]:
    return _changes(LiveChange.objects.after(channel, *position)[:MOST])


def latest_after(
    channel: str, position: Position, *, without: Iterable[str], most: int
) -> list[Change]:
    """The last changes after `position`, the latest first."""
    told = LiveChange.objects.after(channel, *position).exclude(kind__in=list(without))
    return _changes(told.reverse()[:most])


def _changes(rows: Iterable[LiveChange]) -> list[Change]:
    return [
        Change(Position(r.xid, r.pk), r.channel, r.kind, r.data, r.is_about_times, r.at)
        for r in rows
    ]


def mark_of(channel: str, position: Position | None) -> str:
    """A name for a state of the channel that tells strangers neither number nor amount."""
    text = f"{channel}|{position or START}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), "sha256").hexdigest()[:20]


def mark_of_times(channel: str) -> str:
    """The mark of the last change of a channel's free times."""
    told = LiveChange.objects.after(channel, *START).filter(is_about_times=True)
    last = told.reverse().values_list("xid", "id").first()
    return mark_of(channel, Position(*last) if last else None)


@transaction.atomic
def prune(*, now: datetime) -> int:
    """Delete what nobody will ask for any more. Returns how many rows went.

    The last of them stays, to tell those who come back from before it that they missed something.
    """
    old = LiveChange.objects.filter(at__lt=now - KEPT_FOR)
    last = old.order_by("-xid", "-id").first()
    if last is None:
        return 0
    deleted, _by_model = old.exclude(pk=last.pk).delete()
    LiveChange.objects.filter(pk=last.pk).update(channel=PRUNED, kind=PRUNED, data={})
    return deleted


def _row(sql: str, **values: str | int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()
