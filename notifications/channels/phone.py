"""SMS and WhatsApp: a gateway that takes signed HTTP requests, or the mailbox of this machine.

A gateway gets `POST PHONE_WEBHOOK_URL` with JSON `{"id", "channel", "to", "text"}`, an
`Idempotency-Key` that stays the same at each attempt, and `Doctobooking-Signature:
t=<unix seconds>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>` with PHONE_WEBHOOK_SECRET. Any 2xx takes
the message; 400, 410 and 422 refuse the number for good; the rest is tried again, 404 too: it is
rather the gateway's address that is wrong.
"""

import hashlib
import hmac
import json
import time
from dataclasses import asdict, dataclass
from typing import Any

import requests
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation

from notifications.channels.base import TryLater, Undeliverable, Unreachable
from notifications.letters import Letter, letter_of
from notifications.models import Message
from notifications.readers import Reader

LONGEST = 160
TIMEOUT_SECONDS = 10
REFUSED = {400, 410, 422}
TOO_FAST = {408, 425, 429}


@dataclass(frozen=True)
class Text:
    id: str
    channel: str
    to: str
    text: str


def text_of(message: Message, reader: Reader | None) -> Text:
    """In the reader's language."""
    assert reader is not None
    with translation.override(reader.language):
        letter = letter_of(message, reader)
    return Text(str(message.public_id), message.channel, message.address, shorten(letter))


def shorten(letter: Letter) -> str:
    """At most 160 characters: the fact, then whose clock it is on and the page, as they fit."""
    words = f"{letter.subject} ({letter.clock})" if letter.clock else letter.subject
    if len(words) > LONGEST:
        words = letter.subject
    if len(words) > LONGEST:
        words = words[: LONGEST - 1].rstrip(" ,.:;") + "…"
    link = letter.page or letter.url
    return f"{words} {link}" if link and len(words) + len(link) < LONGEST else words


class Webhook:
    """The gateway. One connection for many."""

    def __init__(self) -> None:
        self.session = requests.Session()

    def compose(self, message: Message, reader: Reader | None) -> Text:
        return text_of(message, reader)

    def deliver(self, parcel: Text) -> None:
        """Raises Undeliverable, TryLater, Unreachable."""
        body = json.dumps(asdict(parcel), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": parcel.id,
            "Doctobooking-Signature": signature(body, int(time.time())),
        }
        try:
            answer = self.session.post(
                settings.PHONE_WEBHOOK_URL,
                data=body,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unreachable(type(error).__name__) from None
        _judge(answer.status_code)

    def close(self) -> None:
        self.session.close()


def signature(body: bytes, at: int) -> str:
    """`at` in seconds since 1970: whoever receives it refuses what is old."""
    signed = b"%d.%s" % (at, body)
    digest = hmac.new(settings.PHONE_WEBHOOK_SECRET.encode(), signed, hashlib.sha256)
    return f"t={at},v1={digest.hexdigest()}"


def _judge(code: int) -> None:
    if 200 <= code < 300:
        return
    name = f"HTTP {code}"
    if code in REFUSED:
        raise Undeliverable(name, is_address=True)
    if code in TOO_FAST:
        raise TryLater(name)
    raise Unreachable(name)


class Mailbox:
    """For one's own machine: the text lands among the mails, addressed to the number."""

    def __init__(self) -> None:
        chosen: dict[str, Any] = settings.MAIL_TRANSPORT
        self.backend = get_connection(backend=chosen["backend"], **chosen["options"])

    def compose(self, message: Message, reader: Reader | None) -> Text:
        return text_of(message, reader)

    def deliver(self, parcel: Text) -> None:
        mail = EmailMessage(
            f"{parcel.channel.upper()}: {parcel.text[:60]}",
            parcel.text,
            settings.DEFAULT_FROM_EMAIL,
            [f"{parcel.to}@{parcel.channel}.local"],
            headers={"Message-ID": f"<{parcel.id}@doctobooking>"},
        )
        try:
            self.backend.send_messages([mail])
        except OSError as error:
            raise Unreachable(type(error).__name__) from None

    def close(self) -> None:
        self.backend.close()
