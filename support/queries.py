"""What pages read of conversations; a fixed number of queries."""

import uuid
from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from appointments.models import Appointment
from core.templatetags.when import HOME_ZONE, NOT_CHOSEN
from support.models import Ticket, TicketFile, TicketMessage


def conversation_of(ticket: Ticket) -> QuerySet[TicketMessage]:
    """What the person may read: nothing that is the team's own, nothing of a stranger's."""
    return _messages(ticket).filter(is_internal=False, is_foreign=False)


def all_messages_of(ticket: Ticket) -> QuerySet[TicketMessage]:
    """For the team."""
    return _messages(ticket)


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
