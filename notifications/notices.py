"""A message as one line of an inbox, or of what was told about a visit."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from notifications.enums import WAITING, Audience, Kind
from notifications.letters import subject_of, waiting_path
from notifications.models import Message


@dataclass(frozen=True)
class Notice:
    """`path` is the page that it is about."""

    text: str
    path: str
    at: datetime
    is_new: bool


def notice_of(message: Message) -> Notice:
    """In the active language. `message` comes from `queries.inbox_of`."""
    return Notice(
        text=subject_of(message),
        path=path_of(message),
        at=message.sent_at or message.due_at,
        is_new=message.read_at is None,
    )


def path_of(message: Message) -> str:
    if message.kind in WAITING:
        return waiting_path(message)
    if message.kind == Kind.DIGEST or message.visit is None:
        return reverse("portal:agenda")
    if message.kind == Kind.OPINION:
        return reverse("portal:opinions")
    if message.kind == Kind.FEEDBACK:
        return reverse("reviews:opinion", args=[message.visit.public_id])
    is_patients = message.audience == Audience.PATIENT
    name = "appointments:appointment" if is_patients else "portal:visit"
    return reverse(name, args=[message.visit.public_id])
