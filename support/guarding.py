"""What keeps machines from the contact form, without asking anybody but ourselves.

A form carries a stamp: when it was made, and a key that makes it one message however often it is
sent. Who answers faster than one reads is a machine; so is who fills a field that nobody sees.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from core.limits import count_from_here

FASTEST, OLDEST = timedelta(seconds=3), timedelta(hours=24)
MOST_LINKS = 3
LINKS = re.compile(r"https?://|www\.|\[url", re.I)
_signer = Signer(salt="support.form", sep=".")


@dataclass(frozen=True)
class Stamp:
    key: uuid.UUID
    made_at: datetime

    def __str__(self) -> str:
        return str(_signer.sign(f"{self.key.hex}-{int(self.made_at.timestamp())}"))

    def is_too_fast(self, now: datetime) -> bool:
        return now - self.made_at < FASTEST

    def is_too_old(self, now: datetime) -> bool:
        return not timedelta(0) <= now - self.made_at < OLDEST


def new_stamp(now: datetime) -> Stamp:
    return Stamp(uuid.uuid4(), now)


def read_stamp(text: str) -> Stamp | None:
    """None for what we did not make."""
    try:
        key, _dash, seconds = _signer.unsign(text).partition("-")
        return Stamp(uuid.UUID(hex=key), datetime.fromtimestamp(int(seconds), UTC))
    except (BadSignature, ValueError):
        return None


def may_mark(request: HttpRequest, *, now: datetime) -> bool:
    """Counts it: articles that one network address says something of in an hour."""
    count = count_from_here(request, "article-marks", now=now, seconds=3600)
    return count <= settings.SUPPORT_MARKS_PER_ADDRESS


def has_too_many_links(text: str) -> bool:
    return len(LINKS.findall(text)) > MOST_LINKS
