"""Payments online: who takes them, and how a provider's notice is known to be its own.

A provider is asked for a page to pay on (`checkout_url`), and says what became of it by `POST` to
appointments:payment_callback: JSON `{"payment", "reference", "result", "amount", "currency"}` with
a header `Payment-Signature: t=<unix seconds>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>` with
ONLINE_PAYMENTS_SECRET. It may say so late, twice, or in another order: each is answered 2xx. No
notice and no address holds anything about the visit.
"""

import hashlib
import hmac
import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.conf import settings
from django.core import signing
from django.urls import reverse

from appointments.enums import OnlineStatus
from appointments.models import OnlinePayment

SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)
REFERENCE = re.compile(r"[\w.-]{1,80}", re.ASCII)
AMOUNT = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)
RESULTS = (OnlineStatus.PAID, OnlineStatus.FAILED)
OLDEST_SECONDS, MOST_BYTES = 300, 4096
DEMO, SALT = "demo", "appointments.demo_checkout"
CHECKOUT_SECONDS = 3600


class BadNotice(Exception):
    """Not signed by the provider, signed too long ago, or nothing that can be read."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a provider says became of a payment; `reference` is its own name for it."""

    payment: uuid.UUID
    reference: str
    result: str
    amount: Decimal
    currency: str

    def body(self) -> bytes:
        said = {name: str(value) for name, value in vars(self).items()}
        return json.dumps(said).encode()


class Provider(Protocol):
    def checkout_url(self, payment: OnlinePayment) -> str: ...


class Demo:
    """A page of our own that says that it takes no money. It knows what is in its address only."""

    def checkout_url(self, payment: OnlinePayment) -> str:
        asked = {
            "payment": payment.public_id.hex,
            "visit": payment.appointment.public_id.hex,
            "amount": str(payment.amount),
            "currency": payment.currency,
        }
        token = signing.dumps(asked, salt=SALT)
        return reverse("appointments:demo_checkout", args=[token])

    @staticmethod
    def asked(token: str) -> dict[str, str] | None:
        """What the address asks for; None where it is not ours, or too old."""
        try:
            found: dict[str, str] = signing.loads(token, salt=SALT, max_age=CHECKOUT_SECONDS)
        except signing.BadSignature:
            return None
        return found


PROVIDERS: dict[str, Provider] = {DEMO: Demo()}


def provider() -> Provider | None:
    return PROVIDERS.get(settings.ONLINE_PAYMENTS)


def signature(body: bytes, at: datetime) -> str:
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(body, seconds)}"


def read_notice(body: bytes, signed: str, now: datetime) -> Notice:
    """Raises BadNotice."""
    parts = SIGNATURE.fullmatch(signed)
    if parts is None or len(body) > MOST_BYTES or provider() is None:
        raise BadNotice("unsigned")
    seconds = int(parts[1])
    if not hmac.compare_digest(_digest(body, seconds), parts[2]):
        raise BadNotice("forged")
    if abs(now.timestamp() - seconds) > OLDEST_SECONDS:
        raise BadNotice("old")
    try:
        return _notice(json.loads(body))
    except (ValueError, TypeError, KeyError) as error:
        raise BadNotice("unreadable") from error


def _notice(said: dict[str, str]) -> Notice:
    if not REFERENCE.fullmatch(said["reference"]) or not AMOUNT.fullmatch(said["amount"]):
        raise ValueError(said["reference"])
    if said["result"] not in RESULTS:
        raise ValueError(said["result"])
    return Notice(
        payment=uuid.UUID(said["payment"]),
        reference=said["reference"],
        result=said["result"],
        amount=Decimal(said["amount"]),
        currency=str(said["currency"]),
    )


def _digest(body: bytes, seconds: int) -> str:
    secret = settings.ONLINE_PAYMENTS_SECRET.encode()
    return hmac.new(secret, b"%d.%s" % (seconds, body), hashlib.sha256).hexdigest()
