"""What the help desk writes by mail: that a question came in, and what the team answers.

Never what the person wrote, nor their name: whoever typed somebody else's address must not be able
to send them words through us. Answers to these mails come back to the question (docs/adr/0041).
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from support.models import Ticket
from support.tokens import link_to, reply_address


def tell_received(ticket: Ticket) -> None:
    """A row of the outbox, in this transaction."""
    with translation.override(ticket.language):
        subject = _("Recibimos su consulta %(code)s") % {"code": ticket.code}
        _send(ticket, subject, "received", {})


def tell_answer(ticket: Ticket, text: str, *, files: int) -> None:
    """With the answer itself. When it is sent, its text is wiped from the outbox (core.mail). How
    many files came with it is said; they are where the link leads.
    """
    more = {"answer": text, "files": files, "is_over": ticket.is_over}
    with translation.override(ticket.language):
        subject = _("Su consulta %(code)s tiene respuesta") % {"code": ticket.code}
        _send(ticket, subject, "answer", more)


def _send(ticket: Ticket, subject: str, name: str, more: dict[str, Any]) -> None:
    if ticket.requester is not None and ticket.requester.erased_at is not None:
        return
    takes_answers = bool(settings.SUPPORT_INBOUND_SECRET)
    context = {"subject": subject, "url": link_to(ticket), "takes_answers": takes_answers, **more}
    mail = EmailMultiAlternatives(
        subject,
        render_to_string(f"support/email/{name}.txt", context),
        to=[ticket.address],
        reply_to=[reply_address(ticket)] if takes_answers else [str(settings.SUPPORT_EMAIL)],
    )
    mail.attach_alternative(render_to_string(f"support/email/{name}.html", context), "text/html")
    mail.send()
