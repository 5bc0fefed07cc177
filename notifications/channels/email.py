"""A ledger row as an e-mail: composed when it is sent, handed over with a stable Message-ID."""

from collections.abc import Callable
from email.utils import formataddr
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import Any

from anymail.exceptions import (
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation
from django.utils.encoding import punycode

from accounts.models import Invitation, User
from appointments.calendar import calendar_of
from core.clock import current_time
from notifications.channels.base import TryLater, Undeliverable, Unreachable
from notifications.enums import Kind
from notifications.letters import Letter, invitation_letter, letter_of
from notifications.letters.paper import html_of, inlined, text_of
from notifications.models import Message
from notifications.readers import Reader

# Trouble with the server or with our account there: no word about the mail at hand.
SERVER_TROUBLE = (
    SMTPConnectError,
    SMTPHeloError,
    SMTPAuthenticationError,
    SMTPServerDisconnected,
)
SERVER_CODES = {421, 530}  # closing down; log in first
# What a provider's API answers when it is we who are wrong, or too fast.
API_CODES = {401, 402, 403, 408, 425, 429}


class Email:
    """The mail server, or a provider's API: whatever EMAIL_URL names. One connection for many."""

    def __init__(self) -> None:
        chosen: dict[str, Any] = settings.MAIL_TRANSPORT
        self.backend: BaseEmailBackend = get_connection(
            backend=chosen["backend"], **chosen["options"]
        )

    def compose(self, message: Message, reader: Reader | None) -> EmailMultiAlternatives:
        """Raises Undeliverable where there is nothing to say any more."""
        mail = _stored(message) if message.mail_id else _letter(message, reader)
        mail.extra_headers["Message-ID"] = message.message_id
        mail.extra_headers["Auto-Submitted"] = "auto-generated"
        return mail

    def deliver(self, parcel: EmailMultiAlternatives) -> None:
        """The connection stays open for the next. Raises Undeliverable, TryLater, Unreachable:
        their words name no address.
        """
        try:
            self.backend.open()
            self.backend.send_messages([parcel])
        except (OSError, AnymailError) as error:
            raise _verdict(error) from None

    def close(self) -> None:
        self.backend.close()


def _verdict(error: Exception) -> Undeliverable | TryLater | Unreachable:
    if isinstance(error, AnymailError):
        return _api_verdict(error)
    codes = _codes(error)
    name = " ".join([type(error).__name__, *map(str, sorted(codes))])
    if not isinstance(error, SMTPException) or isinstance(error, SERVER_TROUBLE):
        return Unreachable(name)
    if codes & SERVER_CODES:
        return Unreachable(name)
    if codes and min(codes) >= 500:
        return Undeliverable(name, is_address=_is_about_address(error))
    return TryLater(name)


def _is_about_address(error: Exception) -> bool:
    """Not where the server's policy is against us: RFC 3463 writes that 5.7.x."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return not any(b"5.7." in bytes(words) for _code, words in error.recipients.values())


def _codes(error: Exception) -> set[int]:
    """The server's three digits, RFC 5321 4.2: 4xx for now, 5xx for good."""
    if isinstance(error, SMTPRecipientsRefused):
        return {code for code, _words in error.recipients.values()}
    return {error.smtp_code} if isinstance(error, SMTPResponseException) else set()


def _api_verdict(error: AnymailError) -> Undeliverable | TryLater | Unreachable:
    code = error.status_code
    name = " ".join(filter(None, [type(error).__name__, str(code or "")]))
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return Undeliverable(name, is_address=True)
    if isinstance(error, AnymailUnsupportedFeature | AnymailSerializationError):
        return Undeliverable(name)
    # A redirect, or a 200 that nobody can read, comes of a proxy as likely as of the provider.
    if code is None or not 400 <= code < 500 or code in API_CODES:
        return Unreachable(name)
    return Undeliverable(name)


def _stored(message: Message) -> EmailMultiAlternatives:
    assert message.mail is not None
    stored = message.mail
    mail = EmailMultiAlternatives(
        stored.subject, stored.text, stored.from_address, [stored.to_address]
    )
    if stored.reply_address:
        mail.reply_to = [stored.reply_address]
    if stored.html:
        mail.attach_alternative(inlined(stored.html), "text/html")
    return mail


def _letter(message: Message, reader: Reader | None) -> EmailMultiAlternatives:
    write: Callable[[], Letter]
    if message.kind == Kind.INVITATION:
        invitation = _invitation(message)
        name, write = "", lambda: invitation_letter(invitation)
    else:
        assert reader is not None
        name, write = reader.name, lambda: letter_of(message, reader)
    with translation.override(_language(message, reader)):
        letter = write()
        mail = EmailMultiAlternatives(
            letter.subject,
            text_of(letter),
            settings.DEFAULT_FROM_EMAIL,
            [_addressed(name, message.address)],
        )
        mail.attach_alternative(html_of(letter), "text/html")
        _attach_calendar(mail, letter)
    if letter.unsubscribe:
        # RFC 8058: mail programs offer to stop with one click.
        mail.extra_headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def _addressed(name: str, address: str) -> str:
    """A domain with accents as the mail's header must have it."""
    mailbox, _at, domain = address.rpartition("@")
    return formataddr((name, f"{mailbox}@{punycode(domain)}"))


def _invitation(message: Message) -> Invitation:
    assert message.event is not None
    found = Invitation.objects.filter(public_id=message.event.subject_id).first()
    if found is None or not found.is_open(current_time()):
        raise Undeliverable("invitation is closed")
    return found


def _language(message: Message, reader: Reader | None) -> str:
    """The account's; of the one that reads this address, where the reader has none of their own:
    nothing else is taken of it.
    """
    if reader is not None and reader.account is not None:
        return reader.account.language
    owner = User.objects.filter(email__iexact=message.address).first()
    return owner.language if owner else settings.LANGUAGE_CODE


def _attach_calendar(mail: EmailMultiAlternatives, letter: Letter) -> None:
    if letter.appointment is not None:
        entry = calendar_of(letter.appointment, url=letter.page, changed_at=letter.changed_at)
        mail.attach("cita.ics", entry.decode(), "text/calendar")
    for number, entry in enumerate(letter.entries, start=1):
        name = "citas.ics" if len(letter.entries) == 1 else f"cita-{number}.ics"
        mail.attach(name, entry.decode(), "text/calendar")
