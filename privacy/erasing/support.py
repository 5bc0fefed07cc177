from privacy.erasing.base import Erasing
from support.models import Ticket, TicketFile, TicketMessage


def erase(erasing: Erasing) -> None:
    """Questions go whole: of the account, and those asked from its address without logging in."""
    tickets = Ticket.objects.filter(requester=erasing.user)
    for email in erasing.emails:
        tickets |= Ticket.objects.filter(requester=None, email__iexact=email)
    ids = list(tickets.values_list("pk", flat=True))
    TicketFile.objects.filter(message__ticket__in=ids).delete()
    TicketMessage.objects.filter(ticket__in=ids).delete()
    Ticket.objects.filter(pk__in=ids).delete()
