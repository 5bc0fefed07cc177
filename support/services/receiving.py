"""A mail comes in: an answer to a question, a new question, or nothing of ours."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from enum import Enum
from io import BytesIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from records.files import Checked, check
from records.refusals import FileRefused
from support.enums import About
from support.forms import MOST_FILES, SUBJECT_CAP
from support.mailbox import Mail
from support.models import Ticket, TicketMessage
from support.refusals import TicketClosed, TooMuchSent
from support.services.asking import Asker, Words, open_ticket, reply_to_ticket
from support.tokens import find_by_address, own_address

# Nobody who writes a mail is told how much of it is taken, as a form tells.
TEXT_CAP = 20_000


class Result(Enum):
    ADDED = "added"
    OPENED = "opened"
    REPEATED = "repeated"
    IGNORED = "ignored"


def receive_mail(*, mail: Mail, now: datetime) -> Result:
    """Safe to do again: a Message-ID is taken once. Raises TicketBusy, TooManyTickets,
    TooManyReplies: then it is to come again, or what somebody wrote would be lost.
    """
    digest = hashlib.sha256(mail.message_id.encode()).hexdigest()
    if TicketMessage.objects.filter(mail_digest=digest).exists():
        return Result.REPEATED
    if mail.is_automatic or not _is_answerable(mail.sender):
        return Result.IGNORED
    ticket = next(filter(None, map(find_by_address, mail.recipients)), None)
    if ticket is None and own_address() not in mail.recipients:
        return Result.IGNORED
    try:
        return _take(mail, digest, ticket, list(_files(mail)), now)
    except TooMuchSent:
        # Nobody sees a page that asks to send it without them: what is said is taken.
        return _take(mail, digest, ticket, [], now)


def _take(
    mail: Mail, digest: str, ticket: Ticket | None, files: list[Checked], now: datetime
) -> Result:
    words = _words(mail, digest, ticket, files)
    return _ask(mail, words, now) if ticket is None else _answer(ticket, words, mail, now)


def _answer(ticket: Ticket, words: Words, mail: Mail, now: datetime) -> Result:
    by = None if words.is_foreign else ticket.requester
    try:
        reply_to_ticket(ticket=ticket, words=words, by=by, now=now)
    except TicketClosed:
        # What was closed stays closed: it is another question, of whoever writes.
        return _ask(mail, replace(words, sender=""), now)
    return Result.ADDED


def _ask(mail: Mail, words: Words, now: datetime) -> Result:
    """Of an address, whoever's it is: a sender's name is easily forged, so that no account is
    asked in its name.
    """
    language = _language_of(mail)
    name = mail.name or mail.sender.partition("@")[0]
    with override(language):
        subject = mail.subject[:SUBJECT_CAP] or _("Consulta por correo")
    asker = Asker(None, name=name[:120], email=mail.sender, language=language)
    open_ticket(asker=asker, about=About.OTHER, subject=subject, words=words, now=now)
    return Result.OPENED


def _words(mail: Mail, digest: str, ticket: Ticket | None, files: list[Checked]) -> Words:
    with override(ticket.language if ticket else _language_of(mail)):
        text = mail.text[:TEXT_CAP] or _("(Sin texto)")
        if mail.is_cut or len(mail.text) > TEXT_CAP:
            text += "\n\n" + _(
                "[El mensaje era más largo y solo recibimos hasta aquí. "
                "Lo que falta se puede enviar en otro mensaje o como archivo.]"
            )
        if len(files) < len(mail.files):
            text += "\n\n" + _("[Había archivos que no pudimos recibir.]")
    is_foreign = ticket is not None and ticket.address.lower() != mail.sender
    return Words(text, files, mail_digest=digest, sender=mail.sender if is_foreign else "")


def _language_of(mail: Mail) -> str:
    owner = User.objects.filter(email__iexact=mail.sender).first()
    return owner.language if owner else str(settings.LANGUAGE_CODE)


def _files(mail: Mail) -> Iterator[Checked]:
    """Those that a form would have taken."""
    for name, content in mail.files[:MOST_FILES]:
        try:
            yield check(BytesIO(content), name)
        except FileRefused:
            continue


def _is_answerable(sender: str) -> bool:
    """Not our own: what we wrote ourselves comes back in a loop."""
    try:
        validate_email(sender)
    except ValidationError:
        return False
    mailbox, _at, host = sender.partition("@")
    own_mailbox, _own_at, own_host = own_address().partition("@")
    return not (host == own_host and mailbox.partition("+")[0] == own_mailbox)
