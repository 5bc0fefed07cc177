"""How far a person has seen a channel."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from core.live.changes import START, Position, position_now
from core.models import LiveChange, ReadMark


def seen_until(user: AbstractBaseUser, channel: str) -> Position:
    """Up to the person's mark; without one, up to when this person last logged in."""
    mark = ReadMark.objects.filter(user=user.pk, channel=channel).first()
    if mark is not None:
        return Position(mark.xid, mark.row)
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
