from privacy.erasing.base import Erasing
from support.models import Ticket
from support.services.forgetting import forget_mails_of, forget_tickets


def erase(erasing: Erasing) -> None:
    """As after their time. And what was written from there to questions of others."""
    ids = list(erasing.tickets.values_list("pk", flat=True))
    forget_tickets(Ticket.objects.filter(pk__in=ids))
    forget_mails_of(erasing.emails)
