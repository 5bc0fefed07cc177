"""The team attends to questions: answers, notes, whose it is, how urgent, what became of it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.db import once_more
from core.events import record
from support.enums import FIRST_ANSWER, OVER, Author, Priority, State
from support.letters import tell_answer
from support.models import Ticket, TicketMessage
from support.refusals import NoHelper, TicketBusy, TicketClosed
from support.services.asking import Words, add_message, lock_ticket, message_before
from support.team import attends

PERMISSION = "support.attend_ticket"


@once_more(TicketBusy)
@transaction.atomic
def answer_ticket(
    *, ticket: Ticket, words: Words, state: State, by: User, now: datetime
) -> TicketMessage:
    """The person gets it by mail. Whoever answers first takes the question. Sent twice it is said
    once. Raises TicketClosed, TicketBusy.
    """
    current = lock_ticket(ticket)
    known = message_before(words)
    if known is not None:
        return known
    if current.state == State.CLOSED:
        raise TicketClosed
    message = add_message(current, words, author=Author.STAFF, by=by, now=now)
    current.answered_at = current.answered_at or now
    current.owner = current.owner if attends(current.owner_id) else by
    current.last_at = now
    _become(current, state, now)
    current.save(update_fields=["answered_at", "owner", "last_at", "state", "solved_at"])
    tell_answer(current, words.text, files=len(words.files))
    record("ticket.answered", subject_id=current.public_id, actor=by, at=now)
    return message


@once_more(TicketBusy)
@transaction.atomic
def note_on_ticket(*, ticket: Ticket, words: Words, by: User, now: datetime) -> TicketMessage:
    """For the team alone: nobody is told."""
    current = lock_ticket(ticket)
    known = message_before(words)
    if known is not None:
        return known
    return add_message(current, words, author=Author.STAFF, by=by, now=now, is_internal=True)


@once_more(TicketBusy)
@transaction.atomic
def assign_ticket(*, ticket: Ticket, owner: User | None, by: User, now: datetime) -> None:
    """Raises NoHelper."""
    current = lock_ticket(ticket)
    if owner is not None and not (owner.is_staff and owner.has_perm(PERMISSION)):
        raise NoHelper
    if current.owner_id == (owner.pk if owner else None):
        return
    current.owner = owner
    current.save(update_fields=["owner"])
    record("ticket.assigned", subject_id=current.public_id, actor=by, at=now)


@once_more(TicketBusy)
@transaction.atomic
def set_priority(*, ticket: Ticket, priority: Priority, by: User, now: datetime) -> None:
    """It says until when an answer is due, too: counted from when it began to be."""
    current = lock_ticket(ticket)
    if current.priority == priority:
        return
    current.due_at += FIRST_ANSWER[priority] - FIRST_ANSWER[Priority(current.priority)]
    current.priority = priority
    current.save(update_fields=["priority", "due_at"])
    record("ticket.prioritised", subject_id=current.public_id, actor=by, at=now)


@once_more(TicketBusy)
@transaction.atomic
def set_state(*, ticket: Ticket, state: State, by: User, now: datetime) -> None:
    current = lock_ticket(ticket)
    if current.state == state:
        return
    _become(current, state, now)
    current.save(update_fields=["state", "solved_at"])
    record(f"ticket.{state}", subject_id=current.public_id, actor=by, at=now)


def _become(ticket: Ticket, state: State, now: datetime) -> None:
    ticket.state = state
    ticket.solved_at = (ticket.solved_at or now) if state in OVER else None
