"""What opens a conversation without logging in: the link of a mail, and the address to answer to.

The link is signed and expires. The address is `ayuda+<code>-<mac>@...`: lower-case letters and
digits only, since mail servers on the way may change the rest, and short, since a mailbox name has
64 signs at the most.
"""

import base64
import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

from support.models import Ticket

MAC_BYTES = 10
_signer = TimestampSigner(salt="support.link", sep=".")
TOKEN = re.compile(r"\+([a-z0-9]{6})-([a-z2-7]{16})@", re.I)


@dataclass(frozen=True)
class Opened:
    ticket: Ticket | None
    is_expired: bool = False


def link_to(ticket: Ticket) -> str:
    """The whole address: of the account's page, or of the page that the link itself opens."""
    if ticket.is_read_by_link:
        path = reverse("support:link", args=[token_of(ticket)])
    else:
        path = reverse("support:ticket", args=[ticket.public_id])
    return f"{str(settings.SITE_URL).rstrip('/')}{path}"


def token_of(ticket: Ticket) -> str:
    return str(_signer.sign(ticket.public_id.hex))


def open_link(token: str) -> Opened:
    """No ticket for what we never signed, nor for one that was forgotten; for an old link neither,
    but it says so.
    """
    try:
        lifetime = timedelta(days=settings.SUPPORT_LINK_DAYS)
        public_id = uuid.UUID(hex=_signer.unsign(token, max_age=lifetime))
    except SignatureExpired:
        return Opened(None, is_expired=True)
    except (BadSignature, ValueError):
        return Opened(None)
    # Who has an account since the question was asked still has only this way to it.
    tickets = Ticket.objects.remembered().read_by_link().filter(public_id=public_id)
    return Opened(tickets.first())


def reply_address(ticket: Ticket) -> str:
    mailbox, _at, host = own_address().partition("@")
    return f"{mailbox}+{ticket.code.lower()}-{_mac(ticket)}@{host}"


def own_address() -> str:
    return str(settings.SUPPORT_REPLY_ADDRESS or settings.SUPPORT_EMAIL).lower()


def find_by_address(address: str) -> Ticket | None:
    """The question that an address of `reply_address` belongs to."""
    found = TOKEN.search(address)
    if found is None:
        return None
    ticket = Ticket.objects.filter(code=found[1].upper()).first()
    if ticket is None or not hmac.compare_digest(_mac(ticket), found[2].lower()):
        return None
    return ticket


def _mac(ticket: Ticket) -> str:
    said = f"support.reply:{ticket.public_id.hex}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()
    return base64.b32encode(digest[:MAC_BYTES]).decode().lower()
