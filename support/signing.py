"""How a mail provider's request is known to be its own (docs/operations.md).

`Doctobooking-Signature: t=<unix seconds>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>` with
SUPPORT_INBOUND_SECRET, as requests of ours to a gateway for SMS are signed.
"""

import hashlib
import hmac
import re
from datetime import datetime

from django.conf import settings

HEADER = "Doctobooking-Signature"
SHAPE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)
SECONDS = 300


def signature(body: bytes, at: int) -> str:
    signed = b"%d.%s" % (at, body)
    digest = hmac.new(settings.SUPPORT_INBOUND_SECRET.encode(), signed, hashlib.sha256)
    return f"t={at},v1={digest.hexdigest()}"


def is_signed(body: bytes, header: str, now: datetime) -> bool:
    """By whoever has the secret, within the last five minutes."""
    found = SHAPE.fullmatch(header)
    if found is None or abs(now.timestamp() - int(found[1])) > SECONDS:
        return False
    return hmac.compare_digest(signature(body, int(found[1])), header)
