"""A ledger row as an e-mail: composed at send time, handed over with a stable Message-ID."""

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

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Invitation, User
from appointments.calendar import calendar_of
from core.clock import current_time
from notifications.enums import Audience, Kind
from notifications.letters import Letter, invitation_letter, letter_of
from notifications.models import Message

# Trouble with the server or with our account there: no word about the mail at hand.
SERVER_TROUBLE = (
    SMTPConnectError,
    SMTPHeloError,
    SMTPAuthenticationError,
    SMTPServerDisconnected,
)
SERVER_CODES = {421, 530}  # closing down; log in first


class Undeliverable(Exception):
    """This mail was refused for good: trying again would not help."""


class TryLater(Exception):
    """This mail was refused for now."""


class Unreachable(Exception):
    """No mail can be handed over now."""


def compose(message: Message) -> EmailMultiAlternatives:
    """Raises Undeliverable when its recipient is gone."""
    mail = _stored(message) if message.mail_id else _letter(message)
    mail.extra_headers["Message-ID"] = message.message_id
    mail.extra_headers["Auto-Submitted"] = "auto-generated"
    return mail


def deliver(mail: EmailMultiAlternatives, transport: BaseEmailBackend) -> None:
    """Hand over one mail; the connection stays open for the next.

    Raises Undeliverable, TryLater, Unreachable: their words name no address.
    """
    try:
        transport.open()
        transport.send_messages([mail])
    except OSError as error:
        raise _verdict(error) from None


def _verdict(error: OSError) -> Undeliverable | TryLater | Unreachable:
    codes = _codes(error)
    name = " ".join([type(error).__name__, *map(str, sorted(codes))])
    if not isinstance(error, SMTPException) or isinstance(error, SERVER_TROUBLE):
        return Unreachable(name)
    if codes & SERVER_CODES:
        return Unreachable(name)
    is_final = bool(codes) and min(codes) >= 500
    return Undeliverable(name) if is_final else TryLater(name)


def _codes(error: OSError) -> set[int]:
    """The server's three digits, RFC 5321 4.2: 4xx for now, 5xx for good."""
    if isinstance(error, SMTPRecipientsRefused):
        return {code for code, _words in error.recipients.values()}
    return {error.smtp_code} if isinstance(error, SMTPResponseException) else set()


def _stored(message: Message) -> EmailMultiAlternatives:
    assert message.mail is not None
    stored = message.mail
    mail = EmailMultiAlternatives(
        stored.subject, stored.text, stored.from_address, [stored.to_address]
    )
    if stored.html:
        mail.attach_alternative(_inlined(stored.html), "text/html")
    return mail


def _letter(message: Message) -> EmailMultiAlternatives:
    name, language, write = _reader(message)
    with translation.override(language):
        letter = write()
        context = {"letter": letter, "SUPPORT_EMAIL": settings.SUPPORT_EMAIL}
        mail = EmailMultiAlternatives(
            letter.subject,
            render_to_string("notifications/email/letter.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [formataddr((name, message.address))],
        )
        html = render_to_string("notifications/email/letter.html", context)
        mail.attach_alternative(_inlined(html), "text/html")
        _attach_calendar(mail, letter)
    return mail


def _reader(message: Message) -> tuple[str, str, Callable[[], Letter]]:
    """Name, language and letter. Raises Undeliverable."""
    if message.kind == Kind.INVITATION:
        invitation = _invitation(message)
        return "", _language(message.address), lambda: invitation_letter(invitation)
    if message.recipient is not None:
        person = message.recipient
        return person.full_name, person.language, lambda: letter_of(message)
    assert message.change is not None
    patient = message.change.appointment.patient
    if message.audience != Audience.PATIENT or patient is None or not _is_their_own(message):
        raise Undeliverable("recipient is gone")
    return patient.full_name, _language(message.address), lambda: letter_of(message)


def _invitation(message: Message) -> Invitation:
    found = Invitation.objects.filter(public_id=message.event.subject_id).first()
    if found is None or not found.is_open(current_time()):
        raise Undeliverable("invitation is closed")
    return found


def _is_their_own(message: Message) -> bool:
    """The address that the desk wrote down, and has not mended since: its letter would carry the
    link that went to the right one. Also when an account has taken the patient since.
    """
    assert message.change is not None
    patient = message.change.appointment.patient
    assert patient is not None
    if patient.account_id is None:
        return patient.email.lower() == message.address.lower()
    return patient.invitations.filter(email__iexact=message.address, revoked_at=None).exists()


def _language(address: str) -> str:
    """Of the account that reads this address, where there is one: nothing else is taken of it."""
    owner = User.objects.filter(email__iexact=address).first()
    return owner.language if owner else settings.LANGUAGE_CODE


def _attach_calendar(mail: EmailMultiAlternatives, letter: Letter) -> None:
    if letter.appointment is not None:
        entry = calendar_of(letter.appointment, url=letter.page)
        mail.attach("cita.ics", entry.decode(), "text/calendar")


_inliner = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True
)


def _inlined(html: str) -> str:
    return _inliner.inline(html)
