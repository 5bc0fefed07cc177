"""People ask, and go on asking."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Sum

from accounts.models import User
from appointments.models import Appointment
from core.db import once_more, violation_as
from core.events import record
from core.uploads import is_over_quota
from records.files import Checked
from support.enums import FIRST_ANSWER, OVER, About, Author, Mark, Priority, Source, State
from support.letters import tell_received
from support.models import CODE_LENGTH, Ticket, TicketFile, TicketMessage
from support.refusals import (
    NothingToMark,
    TicketBusy,
    TicketClosed,
    TicketForgotten,
    TooManyReplies,
    TooManyTickets,
    TooMuchSent,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# No letter or digit that is taken for another one.
SIGNS = "ABCDEFGHJKMNPQRTUVWXY346789"
TRIES = 20


@dataclass(frozen=True)
class Words:
    """What somebody writes: text, files, and the form or the mail that it came with. `sender` is
    the address of a mail that is not of who asked.
    """

    text: str
    files: Sequence[Checked] = ()
    key: uuid.UUID | None = None
    mail_digest: str = ""
    sender: str = ""

    @property
    def is_foreign(self) -> bool:
        return bool(self.sender)

    @cached_property
    def once(self) -> uuid.UUID | None:
        """What makes it one message however often it comes. Not the form's key alone: a browser
        that goes back shows the same form, and what is written then is something else.
        """
        if self.key is None:
            return None
        digest = hashlib.sha256(self.text.encode())
        for file in self.files:
            digest.update(b"%d %s" % (len(file.content), file.name.encode()) + file.content)
        return uuid.uuid5(self.key, digest.hexdigest())

    @property
    def source(self) -> Source:
        return Source.MAIL if self.mail_digest else Source.WEB


@dataclass(frozen=True)
class Asker:
    """An account, or a name and an address."""

    account: User | None
    name: str = ""
    email: str = ""
    language: str = "es"
    address_digest: str = ""
    visit: Appointment | None = None

    def signed(self, words: Words, about: About, subject: str) -> Words:
        """The same words about something else, or with another address, are another question."""
        if words.key is None:
            return words
        account, visit = (row.pk if row else None for row in (self.account, self.visit))
        said = (account, self.name, self.email, visit, str(about), subject)
        return replace(words, key=uuid.uuid5(words.key, repr(said)))


class _SentTwice(TicketBusy):
    pass


@once_more(TicketBusy)
@transaction.atomic
def open_ticket(*, asker: Asker, about: About, subject: str, words: Words, now: datetime) -> Ticket:
    """The same form or mail again is the question that there is; a form that says something else
    is another one.

    Raises TooManyTickets, TooMuchSent, TicketBusy.
    """
    words = asker.signed(words, about, subject)
    _hold(asker)
    # Whoever was first may have been at it until now.
    known = _sent_before(words)
    if known is not None:
        return known
    _check_limits(asker, now)
    _check_files(words, asker.account, asker.email, now)
    ticket = Ticket(
        code=_free_code(), requester=asker.account, visit=asker.visit, about=about,
        name="" if asker.account else asker.name, email="" if asker.account else asker.email,
        language=asker.language, priority=Priority.NORMAL, opened_at=now, last_at=now,
        due_at=now + FIRST_ANSWER[Priority.NORMAL], form_key=words.once,
        address_digest=asker.address_digest,
    )  # fmt: skip
    ticket.subject = subject
    again = _SentTwice()
    try:
        with violation_as({Ticket.ONCE: again}):
            ticket.save(force_insert=True)
    except _SentTwice:
        return Ticket.objects.get(form_key=words.once)
    add_message(ticket, words, author=Author.PERSON, by=asker.account, now=now)
    tell_received(ticket)
    record("ticket.opened", subject_id=ticket.public_id, actor=asker.account, at=now)
    return ticket


@once_more(TicketBusy)
@transaction.atomic
def reply_to_ticket(
    *, ticket: Ticket, words: Words, by: User | None, now: datetime
) -> TicketMessage:
    """What is said to a solved question opens it again. It is to be answered as soon as a new one,
    counted from the first message that waits. Raises TicketClosed, TicketForgotten,
    TooManyReplies, TooMuchSent, TicketBusy.
    """
    current = lock_ticket(ticket)
    known = message_before(words)
    if known is not None:
        return known
    if current.state == State.CLOSED:
        raise TicketClosed
    lately = current.messages.filter(author=Author.PERSON, at__gt=now - HOUR).count()
    if lately >= settings.SUPPORT_REPLIES_PER_HOUR:
        raise TooManyReplies
    _check_files(words, current.requester, current.email, now)
    if not Ticket.objects.awaiting_us().filter(pk=current.pk).exists():
        current.due_at = now + FIRST_ANSWER[Priority(current.priority)]
    message = add_message(current, words, author=Author.PERSON, by=by, now=now)
    current.state, current.solved_at, current.last_at = State.OPEN, None, now
    current.save(update_fields=["state", "solved_at", "last_at", "due_at"])
    record("ticket.replied", subject_id=current.public_id, actor=by, at=now)
    return message


@once_more(TicketBusy)
@transaction.atomic
def settle_ticket(*, ticket: Ticket, by: User | None, now: datetime) -> None:
    """The person says that it is solved. Said twice it is so once. Raises TicketForgotten."""
    current = lock_ticket(ticket)
    if current.state in OVER:
        return
    current.state, current.solved_at = State.SOLVED, now
    current.save(update_fields=["state", "solved_at"])
    record("ticket.settled", subject_id=current.public_id, actor=by, at=now)


@once_more(TicketBusy)
@transaction.atomic
def rate_ticket(*, ticket: Ticket, mark: Mark, remark: str, by: User | None, now: datetime) -> None:
    """How the help was; it may be said anew. Raises NothingToMark, TicketForgotten."""
    current = lock_ticket(ticket)
    if current.state not in OVER:
        raise NothingToMark
    current.mark, current.marked_at, current.remark = mark, now, remark
    current.save(update_fields=["mark", "marked_at", "remark_sealed"])
    record("ticket.rated", subject_id=current.public_id, actor=by, at=now)


def lock_ticket(ticket: Ticket) -> Ticket:
    """Raises TicketForgotten: what was written into it now, nobody would read or forget."""
    rows = Ticket.objects.select_for_update(of=("self",), no_key=True)
    current = rows.select_related("requester").get(pk=ticket.pk)
    # Once the row is ours: whoever forgets questions holds it, too.
    if not current.messages.exists():
        raise TicketForgotten
    return current


def add_message(
    ticket: Ticket, words: Words, *, author: Author, by: User | None, now: datetime,
    is_internal: bool = False,
) -> TicketMessage:  # fmt: skip
    message = TicketMessage(
        ticket=ticket, author=author, by=by, is_internal=is_internal, is_foreign=words.is_foreign,
        source=words.source, mail_digest=words.mail_digest, form_key=words.once, at=now,
    )  # fmt: skip
    message.text, message.sender = words.text, words.sender
    # Whoever sent the same at this very moment was first: the next try finds what they wrote.
    busy = TicketBusy()
    with violation_as({TicketMessage.ONCE: busy, TicketMessage.MAIL_ONCE: busy}):
        message.save(force_insert=True)
    for file in words.files:
        kept = TicketFile(message=message, content_type=file.content_type, size=len(file.content))
        kept.name, kept.content = file.name, file.content
        kept.save(force_insert=True)
    return message


def _sent_before(words: Words) -> Ticket | None:
    message = message_before(words)
    return message.ticket if message else None


def message_before(words: Words) -> TicketMessage | None:
    rows = TicketMessage.objects.select_related("ticket")
    if words.once is not None:
        return rows.filter(form_key=words.once).first()
    return rows.filter(mail_digest=words.mail_digest).first() if words.mail_digest else None


def _hold(asker: Asker) -> None:
    """One account's questions are counted one after the other."""
    if asker.account is not None:
        rows = User.objects.select_for_update(of=("self",), no_key=True)
        rows.only("pk").get(pk=asker.account.pk)


def _check_limits(asker: Asker, now: datetime) -> None:
    """Raises TooManyTickets."""
    if asker.account is not None:
        own = Ticket.objects.filter(requester=asker.account)
    else:
        own = Ticket.objects.filter(email__iexact=asker.email)
    if own.filter(opened_at__gt=now - DAY).count() >= settings.SUPPORT_PER_PERSON:
        raise TooManyTickets
    if not asker.address_digest:
        return
    near = Ticket.objects.filter(address_digest=asker.address_digest, opened_at__gt=now - HOUR)
    if near.count() >= settings.SUPPORT_PER_ADDRESS:
        raise TooManyTickets


def _check_files(words: Words, account: User | None, email: str, now: datetime) -> None:
    """Of an account, or of an address that was typed. Raises TooMuchSent."""
    if not words.files:
        return
    whose = Q(message__ticket__requester=account)
    if account is None:
        whose = Q(message__ticket__requester=None, message__ticket__email__iexact=email)
    lately = Q(message__author=Author.PERSON, message__at__gt=now - DAY)
    found = TicketFile.objects.filter(whose, lately).aggregate(sent=Count("pk"), size=Sum("size"))
    sizes = [len(file.content) for file in words.files]
    if is_over_quota(found["sent"], found["size"] or 0, *sizes):
        raise TooMuchSent


def _free_code() -> str:
    """Raises TicketBusy where chance is against us twenty times."""
    for _attempt in range(TRIES):
        code = "".join(secrets.choice(SIGNS) for _sign in range(CODE_LENGTH))
        if not Ticket.objects.filter(code=code).exists():
            return code
    raise TicketBusy
