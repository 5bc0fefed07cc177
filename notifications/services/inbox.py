from datetime import datetime

from accounts.models import User
from notifications.models import Message


def mark_read(*, account: User, until: datetime, now: datetime) -> int:
    """Everything that had arrived by `until`: what comes meanwhile stays new. Returns how many."""
    unread = Message.objects.filter(recipient=account, sent_at__lte=until).unread()
    return unread.update(read_at=now)
