"""How often one address may check codes: enough for a pharmacy, too little for a search."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from core.origin import network_of

# Seconds, and how many times the setting.
WINDOWS = ((60, 1), (86_400, 10))


def may_check(request: HttpRequest, *, now: datetime) -> bool:
    """Counts it. Two at the very same moment may count as one: it is no lock."""
    # Whoever has one address of the sixth version has 2^64 of them.
    who = network_of(get_adapter(request).get_client_ip(request), ipv4=32, ipv6=64)
    counts = [_count(who, now, seconds) <= settings.CHECKS_PER_ADDRESS * times
              for seconds, times in WINDOWS]  # fmt: skip
    return all(counts)


def _count(who: str, now: datetime, seconds: int) -> int:
    key = f"prescription-checks:{seconds}:{int(now.timestamp()) // seconds}:{who}"
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, seconds)
    return count
