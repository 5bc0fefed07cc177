"""The team attends to questions: answers, notes, whose it is, how urgent, what became of it."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.db import once_more
from core.events import record
from support.enums import FIRST_ANSWER, OVER, Author, Priority, State
from support.letters import tell_answer
from support.models import Ticket, TicketMessage
from support.queries import Standing, standing_of
from support.refusals import (
    MessageNotSeen,
    NoHelper,
    TicketBusy,
    TicketClosed,
    TicketMoved,
    TicketTaken,
)
from support.services.asking import Words, add_message, lock_ticket, message_before
from support.team import attends

PERMISSION = "support.attend_ticket"
FIELDS = tuple(field.name for field in fields(Standing))
UNKNOWN = object()


@once_more(TicketBusy)
@transaction.atomic
def answer_ticket(
    *, ticket: Ticket, words: Words, state: State, seen: int, by: User, now: datetime
) -> TicketMessage:
    """The person gets it by mail. Whoever answers first takes the question. Sent twice it is said
    once. `seen` is the last message that whoever answers has read (queries.last_said).

    Raises TicketClosed, MessageNotSeen, TicketBusy.
    """
    current = lock_ticket(ticket)
    known = message_before(words)
    if known is not None:
        return known
    if current.state == State.CLOSED:
        raise TicketClosed
    _check_seen(current, seen)
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
def take_ticket(*, ticket: Ticket, by: User, now: datetime) -> None:
    """Raises TicketTaken where another one has it who attends, NoHelper, TicketBusy."""
    current = lock_ticket(ticket)
    if current.owner_id != by.pk and attends(current.owner_id):
        raise TicketTaken
    assign_ticket(ticket=current, owner=by, by=by, now=now)


@once_more(TicketBusy)
@transaction.atomic
def sort_ticket(
    *, ticket: Ticket, shown: Standing | None, wished: Standing, seen: int, by: User, now: datetime
) -> None:
    """Only what differs from what the page had shown is changed, all of it or nothing. Where
    nobody knows what it had shown, whatever differs from how the question stands has moved.

    Raises TicketMoved, MessageNotSeen (of a state only), NoHelper, TicketBusy.
    """
    current = lock_ticket(ticket)
    stands = standing_of(current)
    # Those that are so already were sent twice, or two of the team wished the same.
    changed = _differing(wished, shown, among=_differing(wished, stands))
    moved = _differing(stands, shown, among=changed)
    if moved:
        raise TicketMoved(moved)
    if "owner" in changed:
        owner = None if wished.owner is None else User.objects.get(pk=wished.owner)
        assign_ticket(ticket=current, owner=owner, by=by, now=now)
    if "priority" in changed:
        set_priority(ticket=current, priority=wished.priority, by=by, now=now)
    if "state" in changed:
        _check_seen(current, seen)
        set_state(ticket=current, state=wished.state, by=by, now=now)


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


def _check_seen(ticket: Ticket, seen: int) -> None:
    """Whoever decides has read all that was said. Raises MessageNotSeen."""
    if ticket.messages.filter(is_internal=False, pk__gt=seen).exists():
        raise MessageNotSeen


def _differing(
    one: Standing, other: Standing | None, *, among: Sequence[str] = FIELDS
) -> Sequence[str]:
    """All of them, from what nobody knows."""
    return [name for name in among if getattr(one, name) != getattr(other, name, UNKNOWN)]


def _become(ticket: Ticket, state: State, now: datetime) -> None:
    ticket.state = state
    ticket.solved_at = (ticket.solved_at or now) if state in OVER else None
