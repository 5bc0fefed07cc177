"""Django's e-mail API, made to wait in the database.

Whoever calls `send_mail` (django-allauth does, in the middle of a request) gets a row and an
event instead of a conversation with a mail server that may be away.
"""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from core.clock import current_time
from core.events import record
from core.models import StoredMail


class OutboxEmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store one StoredMail and one `mail.stored` event for each recipient."""
        stored = 0
        with transaction.atomic():
            for message in email_messages:
                for address in message.recipients():
                    self._store(message, address)
                stored += 1
        return stored

    def _store(self, message: EmailMessage, address: str) -> None:
        # Composing the message once refuses line breaks in headers before anything is stored.
        message.message()
        now = current_time()
        mail = StoredMail.objects.create(
            to_address=address,
            from_address=message.from_email,
            reply_address=next(iter(message.reply_to), ""),
            subject=str(message.subject),
            text=str(message.body),
            html=_html(message),
            created_at=now,
        )
        record("mail.stored", subject_id=mail.public_id, actor=None, at=now)


def _html(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(content) for content, kind in message.alternatives if kind == "text/html"), "")
