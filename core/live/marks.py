"""How far a person has seen a channel."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction

from core.live.changes import START, Position, position_now
from core.models import LiveChange, ReadMark

HERE_AND_SEEN = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, mark.xid, mark."row"
FROM (SELECT 1) AS here
LEFT JOIN core_readmark mark ON mark.user_id = %(user)s AND mark.channel = %(channel)s
"""


def here_and_seen(user: AbstractBaseUser, channel: str) -> tuple[Position, Position]:
    """`position_now` and `seen_until` in one question, for those who have a mark."""
    with connection.cursor() as cursor:
        cursor.execute(HERE_AND_SEEN, {"user": user.pk, "channel": channel})
        here, xid, row = cursor.fetchone()
    seen = _since_login(user, channel) if xid is None else Position(xid, row)
    return Position(here, 0), seen


def seen_until(user: AbstractBaseUser, channel: str) -> Position:
    """Up to the person's mark; without one, up to when this person last logged in."""
    mark = ReadMark.objects.filter(user=user.pk, channel=channel).first()
    if mark is not None:
        return Position(mark.xid, mark.row)
    return _since_login(user, channel)


def _since_login(user: AbstractBaseUser, channel: str) -> Position:
    if user.last_login is None:
        return position_now()
    before = LiveChange.objects.filter(channel=channel, at__lte=user.last_login)
    last = before.order_by("-xid", "-id").values_list("xid", "id").first()
    return Position(*last) if last else START


@transaction.atomic
def mark_seen(
    *, user: AbstractBaseUser, channel: str, position: Position, now: datetime
) -> Position:
    """Move the mark forward to `position`, never back, and never beyond what there is."""
    position = min(position, position_now())
    mark, _made = ReadMark.objects.select_for_update().get_or_create(
        user_id=user.pk, channel=channel, defaults={"xid": 0, "row": 0, "at": now}
    )
    if (mark.xid, mark.row) >= position:
        return Position(mark.xid, mark.row)
    mark.xid, mark.row, mark.at = position.xid, position.row, now
    mark.save(update_fields=["xid", "row", "at"])
    return position
