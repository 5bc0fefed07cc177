"""What pages read of conversations; a fixed number of queries."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from appointments.models import Appointment
from core.templatetags.when import HOME_ZONE, NOT_CHOSEN
from support.enums import Priority, State
from support.models import Ticket, TicketFile, TicketMessage
from support.team import attends


def conversation_of(ticket: Ticket) -> QuerySet[TicketMessage]:
    """What the person may read: nothing that is the team's own, nothing of a stranger's."""
    return _messages(ticket).filter(is_internal=False, is_foreign=False)


def all_messages_of(ticket: Ticket) -> QuerySet[TicketMessage]:
    """For the team."""
    return _messages(ticket)


def last_said(ticket: Ticket) -> int:
    """The last message but for the team's notes, by its key; 0 where there is none."""
    said = ticket.messages.filter(is_internal=False)
    return said.order_by("-pk").values_list("pk", flat=True).first() or 0


@dataclass(frozen=True)
class Standing:
    """Whose a question is (nobody's, where its owner attends no more), how urgent, and where it
    stands.
    """

    owner: int | None
    priority: Priority
    state: State


def standing_of(ticket: Ticket) -> Standing:
    owner = ticket.owner_id if attends(ticket.owner_id) else None
    return Standing(owner, Priority(ticket.priority), State(ticket.state))


def file_of(ticket: Ticket, public_id: uuid.UUID) -> TicketFile | None:
    """One that the person may open."""
    seen = {"message__ticket": ticket, "message__is_internal": False, "message__is_foreign": False}
    return TicketFile.objects.filter(public_id=public_id, **seen).first()


def zone_of(ticket: Ticket) -> str:
    """On whose clock the person reads it: as the account chose, as the visit is, or the product's
    own.
    """
    account = ticket.requester
    if account is not None and account.time_zone != NOT_CHOSEN:
        return account.time_zone
    return ticket.visit.zone if ticket.visit else HOME_ZONE


def visits_to_name(account: User, *, most: int) -> Sequence[Appointment]:
    """The latest, that a question may be about."""
    own = Appointment.objects.for_account(account).with_people()
    return list(own.order_by("-starts_at")[:most])


def _messages(ticket: Ticket) -> QuerySet[TicketMessage]:
    files = Prefetch("files", TicketFile.objects.defer("content_sealed").order_by("pk"))
    rows = TicketMessage.objects.filter(ticket=ticket).select_related("by")
    return rows.prefetch_related(files).order_by("at", "pk")
