"""What was sent, where and when; and how messages are wanted."""

from typing import Any

from notifications.models import Message, Preferences
from privacy.collecting.base import Asking, Collected, fields_of

WANTED = ("channels", "phone", "reminders", "wants_feedback", "wants_digest", "wants_opinions")


def collect(asking: Asking) -> Collected:
    user, found = asking.user, Collected()
    sent = Message.objects.filter(recipient=user).select_related("visit").order_by("pk")
    found.add("messages", [_message(row) for row in sent])
    wanted = Preferences.objects.filter(account=user) | Preferences.objects.filter(
        patient__account=user
    )
    found.add("message_preferences", [fields_of(row, *WANTED) for row in wanted.order_by("pk")])
    refused = user.refused_addresses.order_by("pk")
    said = ("channel", "address", "error", "times", "first_at", "last_at")
    found.add("refused_addresses", [fields_of(row, *said) for row in refused])
    return found


def _message(row: Message) -> dict[str, Any]:
    code = row.visit.code if row.visit else None
    told = fields_of(row, "kind", "channel", "audience", "address", "state", "why")
    return {"visit": code, **told, **fields_of(row, "due_at", "sent_at", "read_at")}
