"""What was asked long ago is forgotten: texts, files, and who asked without an account."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from support.enums import OVER, State
from support.models import Ticket, TicketFile, TicketMessage

GONE = "cerrada@consulta.invalid"


def finished_before(limit: datetime) -> QuerySet[Ticket]:
    """Those over since then, and those whose answer nobody has come back to since then, as far as
    they have not been forgotten. What the team owes an answer stays.
    """
    over = Q(state__in=OVER, solved_at__lte=limit) | Q(state=State.WAITING, last_at__lte=limit)
    said = TicketMessage.objects.filter(ticket=OuterRef("pk"))
    return Ticket.objects.filter(over, Exists(said))


@transaction.atomic
def forget_tickets(rows: QuerySet[Ticket]) -> int:
    """The row stays, with its times, its topic and its mark. It is closed: what is said to it is
    another question. Returns how many.
    """
    found = rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)
    tickets = Ticket.objects.filter(pk__in=list(found))
    TicketFile.objects.filter(message__ticket__in=tickets).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL doctobooking.erasing = 'on'")
        TicketMessage.objects.filter(ticket__in=tickets).delete()
        cursor.execute("SET LOCAL doctobooking.erasing = 'off'")
    tickets.filter(requester=None).update(name="", email=GONE)
    return tickets.update(
        subject_sealed=None, remark_sealed=None, address_digest="", state=State.CLOSED,
        solved_at=Coalesce(F("solved_at"), F("last_at")),
    )  # fmt: skip
