"""Questions to support, with what was said in both directions; notes of the team are the team's."""

from pathlib import PurePath
from typing import Any

from privacy.collecting.base import Asking, Collected, fields_of
from support.models import Ticket, TicketFile
from support.queries import conversation_of

QUESTION = ("code", "name", "email", "about", "subject", "state", "opened_at", "answered_at",
            "solved_at", "mark", "remark")  # fmt: skip


def collect(asking: Asking) -> Collected:
    found = Collected()
    own = asking.own.tickets.order_by("pk")
    found.add("questions", [_question(ticket) for ticket in own])
    # As pages show them: what others wrote to the question's address is not hers.
    files = TicketFile.objects.filter(
        message__ticket__in=own, message__is_internal=False, message__is_foreign=False
    )
    for number, file in enumerate(files.order_by("pk"), start=1):
        found.files[f"soporte/{number}-{PurePath(file.name).name}"] = bytes(file.content)
    return found


def _question(ticket: Ticket) -> dict[str, Any]:
    said = [fields_of(row, "author", "text", "at") for row in conversation_of(ticket)]
    return {**fields_of(ticket, *QUESTION), "said": said}
