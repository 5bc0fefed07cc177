"""What was asked long ago is forgotten: texts, files, and who asked without an account."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from support.enums import OVER, State
from support.models import Ticket, TicketFile, TicketMessage

GONE = "cerrada@consulta.invalid"


def finished_before(limit: datetime) -> QuerySet[Ticket]:
    """Those over since then, and those whose answer nobody has come back to since then, as far as
    they have not been forgotten. What the team owes an answer stays. Whatever is left of words in
    one that was forgotten is due at once.
    """
    over = Q(state__in=OVER, solved_at__lte=limit) | Q(state=State.WAITING, last_at__lte=limit)
    said = Exists(TicketMessage.objects.filter(ticket=OuterRef("pk")))
    left = ~Q(subject_sealed=None) | ~Q(remark_sealed=None)
    return Ticket.objects.filter(Q(over, said) | Q(left, ~said))


def forget_mails_of(emails: Iterable[str]) -> None:
    """What these addresses wrote to questions of others. Sealed, they cannot be looked for; but
    such mails are few, and go with their questions.
    """
    foreign = TicketMessage.objects.filter(sender_sealed__isnull=False)
    _delete(foreign.filter(pk__in=[row.pk for row in foreign if row.sender in set(emails)]))


@transaction.atomic
def forget_tickets(rows: QuerySet[Ticket]) -> int:
    """The row stays, with its times, its topic and its mark. It is closed: what is said to it is
    another question. Returns how many.
    """
    found = rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)
    tickets = Ticket.objects.filter(pk__in=list(found))
    _delete(TicketMessage.objects.filter(ticket__in=tickets))
    tickets.filter(requester=None).update(name="", email=GONE)
    return tickets.update(
        subject_sealed=None, remark_sealed=None, address_digest="", state=State.CLOSED,
        solved_at=Coalesce(F("solved_at"), F("last_at")),
    )  # fmt: skip


def _delete(messages: QuerySet[TicketMessage]) -> None:
    TicketFile.objects.filter(message__in=messages).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL doctobooking.erasing = 'on'")
        messages.delete()
        cursor.execute("SET LOCAL doctobooking.erasing = 'off'")
