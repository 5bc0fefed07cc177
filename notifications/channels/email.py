"""A ledger row as an e-mail: composed at send time, handed over with a stable Message-ID."""

from email.utils import formataddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Protocol

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from appointments.calendar import calendar_of
from notifications.letters import Letter, letter_of
from notifications.models import Message

PERMANENT = range(500, 600)


class Undeliverable(Exception):
    """The mail server refused this very message for good: trying again would not help."""


class Transport(Protocol):
    def send_messages(self, email_messages: list[EmailMultiAlternatives]) -> int | None: ...


def compose(message: Message) -> EmailMultiAlternatives:
    mail = _stored(message) if message.mail_id else _visit(message)
    mail.extra_headers["Message-ID"] = message.message_id
    mail.extra_headers["Auto-Submitted"] = "auto-generated"
    return mail


def deliver(mail: EmailMultiAlternatives, transport: BaseEmailBackend | Transport) -> None:
    """Hand over one mail. Raises Undeliverable for a permanent refusal (SMTP 5xx)."""
    try:
        transport.send_messages([mail])
    except SMTPRecipientsRefused as error:
        codes = [code for code, _reason in error.recipients.values()]
        if all(code in PERMANENT for code in codes):
            raise Undeliverable(f"SMTP {codes[0]}") from error
        raise
    except SMTPResponseException as error:
        if error.smtp_code in PERMANENT:
            raise Undeliverable(f"SMTP {error.smtp_code}") from error
        raise


def _stored(message: Message) -> EmailMultiAlternatives:
    assert message.mail is not None
    stored = message.mail
    mail = EmailMultiAlternatives(
        stored.subject, stored.text, stored.from_address, [stored.to_address]
    )
    if stored.html:
        mail.attach_alternative(_inlined(stored.html), "text/html")
    return mail


def _visit(message: Message) -> EmailMultiAlternatives:
    assert message.recipient is not None
    assert message.change is not None
    with translation.override(message.recipient.language):
        letter = letter_of(message)
        context = {"letter": letter, "SUPPORT_EMAIL": settings.SUPPORT_EMAIL}
        mail = EmailMultiAlternatives(
            letter.subject,
            render_to_string("notifications/email/visit.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [formataddr((message.recipient.full_name, message.address))],
        )
        html = render_to_string("notifications/email/visit.html", context)
        mail.attach_alternative(_inlined(html), "text/html")
        _attach_calendar(mail, letter)
    return mail


def _attach_calendar(mail: EmailMultiAlternatives, letter: Letter) -> None:
    entry = calendar_of(letter.appointment, url=letter.url)
    mail.attach("cita.ics", entry.decode(), "text/calendar")


_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)


def _inlined(html: str) -> str:
    return _inliner.inline(html)
