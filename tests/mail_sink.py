"""A mail server on the loopback that keeps what it takes, and misbehaves when it is told to."""

import asyncio
import email.policy
import logging
import threading
import time
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
    """`refuse` answers by address or to everybody (""); `hang` is seconds."""

    refuse: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    # The connection is cut once a mail is taken, before the answer: of so many, of each so many.
    cut: int = 0
    cut_each: int = 0
    cuts: int = 0
    port: int = field(default_factory=free_port)
    mails: list[EmailMessage] = field(default_factory=list)
    times: list[float] = field(default_factory=list)  # of their arrival

    def __post_init__(self) -> None:
        self._controller: Controller | None = None
        self._lock = threading.Lock()
        self._callers: set[SMTP] = set()

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

    def kill(self) -> None:
        """As kill -9 does: all connections break at once, whatever they were saying."""
        if self._controller is not None:
            self._controller.loop.call_soon_threadsafe(self._break_all)
        self.stop()

    def _break_all(self) -> None:
        for caller in self._callers:
            if caller.transport is not None:
                caller.transport.abort()
        self._callers.clear()

    def ids(self) -> Counter[str]:
        """How often each Message-ID came."""
        with self._lock:
            return Counter(str(mail["Message-ID"]) for mail in self.mails)

    def copies(self) -> int:
        """More than one of a Message-ID."""
        ids = self.ids()
        return ids.total() - len(ids)

    def addressed(self) -> list[str]:
        with self._lock:
            return sorted(str(mail["X-RcptTo"]) for mail in self.mails)

    def arrivals(self) -> dict[str, list[float]]:
        """When each Message-ID came."""
        found: dict[str, list[float]] = {}
        with self._lock:
            for mail, at in zip(self.mails, self.times, strict=True):
                found.setdefault(str(mail["Message-ID"]), []).append(at)
        return found

    # aiosmtpd asks these

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        _envelope: Envelope,
        name: str,
        responses: list[str],
    ) -> list[str]:
        self._callers.add(server)
        session.host_name = name
        return responses

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
            self.times.append(time.time())
        if self.cut > 0 or (self.cut_each and len(self.mails) % self.cut_each == 0):
            self.cut = max(0, self.cut - 1)
            self.cuts += 1
            server.transport.abort()
        return "250 OK"
