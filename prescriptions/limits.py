"""How often one address may check codes: enough for a pharmacy, too little for a search."""

import ipaddress
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

# Seconds, and how many times the setting.
WINDOWS = ((60, 1), (86_400, 10))
IPV6_BITS = 64


def may_check(request: HttpRequest, *, now: datetime) -> bool:
    """Counts it. Two at the very same moment may count as one: it is no lock."""
    who = _source(get_adapter(request).get_client_ip(request))
    counts = [_count(who, now, seconds) <= settings.CHECKS_PER_ADDRESS * times
              for seconds, times in WINDOWS]  # fmt: skip
    return all(counts)


def _count(who: str, now: datetime, seconds: int) -> int:
    key = f"prescription-checks:{seconds}:{int(now.timestamp()) // seconds}:{who}"
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, seconds)
    return count


def _source(address: str) -> str:
    """Whoever has one address of the sixth version has 2^64 of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    bare = str(found).partition("%")[0]
    return str(ipaddress.ip_network(f"{bare}/{IPV6_BITS}", strict=False))
