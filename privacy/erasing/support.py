from privacy.erasing.base import Erasing
from support.models import Ticket
from support.services.forgetting import forget_mails_of, forget_tickets


def erase(erasing: Erasing) -> None:
    """Of the account, and those asked from its address without logging in: as after their time.
    And what was written from there to questions of others.
    """
    tickets = Ticket.objects.filter(requester=erasing.user)
    for email in erasing.emails:
        tickets |= Ticket.objects.filter(requester=None, email__iexact=email)
    forget_tickets(Ticket.objects.filter(pk__in=list(tickets.values_list("pk", flat=True))))
    forget_mails_of(erasing.emails)
