"""Questions for another time, as the desk's page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appointments.models import Relocation
from portal.desk import Desk

# What ended longer ago than this is history: it stands in each visit's timeline.
SHOWN = timedelta(days=14)
MOST = 200


@dataclass(frozen=True)
class Asked:
    waiting: Sequence[Relocation]
    ended: Sequence[Relocation]


def answers_of(desk: Desk, now: datetime) -> Asked:
    """Of visits that the desk may see: first what waits longest, then what ended last. Two queries
    for any number.
    """
    rows = Relocation.objects.filter(visit__in=desk.visits, asked_at__gt=now - SHOWN)
    people = ("visit__patient", "visit__clinic")
    found = list(
        rows.select_related(*people).prefetch_related("times").order_by("answer_by", "pk")[:MOST]
    )
    ended = sorted((r for r in found if r.end), key=lambda r: r.ended_at or now, reverse=True)
    return Asked([r for r in found if not r.end], ended)
