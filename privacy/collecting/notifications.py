"""What was sent, where and when; and how messages are wanted."""

from typing import Any

from notifications.models import Message
from privacy.collecting.base import Asking, Collected, fields_of

WANTED = ("channels", "phone", "reminders", "wants_feedback", "wants_digest", "wants_opinions")


def collect(asking: Asking) -> Collected:
    own, found = asking.own, Collected()
    sent = own.messages.select_related("visit").order_by("pk")
    found.add("messages", [_message(row) for row in sent])
    # Neither what a mail said nor its subject: both may have a code that opens the account.
    mails = own.mails.order_by("pk")
    found.add("mails", [fields_of(row, "to_address", "created_at") for row in mails])
    wanted = own.preferences.order_by("pk")
    found.add("message_preferences", [fields_of(row, *WANTED) for row in wanted])
    refused = own.refused.order_by("pk")
    said = ("channel", "address", "error", "times", "first_at", "last_at")
    found.add("refused_addresses", [fields_of(row, *said) for row in refused])
    return found


def _message(row: Message) -> dict[str, Any]:
    code = row.visit.code if row.visit else None
    told = fields_of(row, "kind", "channel", "audience", "address", "state", "why")
    return {"visit": code, **told, **fields_of(row, "due_at", "sent_at", "read_at")}
