"""How often something comes from one address or account: counted where all workers see it."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from core.origin import network_of


def count_from_here(request: HttpRequest, what: str, *, now: datetime, seconds: int) -> int:
    """How many times in this stretch of `seconds`, with this one."""
    # Whoever has one address of the sixth version has 2^64 of them.
    who = network_of(get_adapter(request).get_client_ip(request), ipv4=32, ipv6=64)
    return count_of(who, what, now=now, seconds=seconds)


def count_of(who: str, what: str, *, now: datetime, seconds: int) -> int:
    """The same of anybody. Two at the very same moment may count as one: it is no lock."""
    key = f"{what}:{seconds}:{int(now.timestamp()) // seconds}:{who}"
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, seconds)
    return count
