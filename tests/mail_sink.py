"""A mail server on the loopback that keeps what it takes, and misbehaves when it is told to."""

import asyncio
import email.policy
import logging
import threading
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from doctobooking.local.valkey import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)
_parser = BytesParser(policy=email.policy.default)


@dataclass
class MailSink:
    """`refuse` answers by address or to everybody (""); `hang` and `cut` are seconds and mails."""

    refuse: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    cut: int = 0  # the connection is cut after this many mails were taken, before the answer
    port: int = field(default_factory=free_port)
    mails: list[EmailMessage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._controller: Controller | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> "MailSink":
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def ids(self) -> Counter[str]:
        """How often each Message-ID came."""
        with self._lock:
            return Counter(str(mail["Message-ID"]) for mail in self.mails)

    def addressed(self) -> list[str]:
        with self._lock:
            return sorted(str(mail["X-RcptTo"]) for mail in self.mails)

    # aiosmtpd asks these

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        await asyncio.sleep(self.hang)
        refusal = self.refuse.get(address) or self.refuse.get("")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        mail = _parser.parsebytes(envelope.original_content or b"")
        mail["X-RcptTo"] = ", ".join(envelope.rcpt_tos)
        with self._lock:
            self.mails.append(mail)
        if self.cut > 0:
            self.cut -= 1
            server.transport.abort()
        return "250 OK"
