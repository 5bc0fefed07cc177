"""How often somebody may search (docs/security: 60 a minute).

Counted in the broker, where all web processes see it: a row of the database for each search would
cost as much as the search. While the broker is away each process counts for itself, in memory, its
share of the setting.
"""

import time
from collections import Counter
from collections.abc import Callable
from functools import cache, wraps
from typing import Concatenate, ParamSpec

import redis
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.clock import current_time
from core.origin import network_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
MINUTE = 60
# Whole cities come from one address of a telephone company.
BROWSERS_PER_ADDRESS = 10
MOST_KEPT = 100_000
# Seconds: a broker that does not answer costs one search in ten seconds this much, no other any.
PATIENCE, PAUSE = 0.2, 10


class Minute:
    """Counts of the minute that runs, in this process; those of the last one are forgotten."""

    def __init__(self) -> None:
        self.number, self.counts = 0, Counter[str]()

    def count(self, names: list[str], number: int) -> list[int]:
        if number != self.number or len(self.counts) > MOST_KEPT:
            self.number, self.counts = number, Counter()
        self.counts.update(names)
        return [self.counts[name] for name in names]


class SharedMinute:
    """The same where every process sees it. None while the broker is away."""

    def __init__(self) -> None:
        self.rests_until = 0.0

    def count(self, names: list[str], number: int) -> list[int] | None:
        if time.monotonic() < self.rests_until:
            return None
        try:
            with _broker().pipeline(transaction=False) as pipe:
                for name in names:
                    # Nobody's cookie or address lies in the broker.
                    key = f"searches:{number}:{salted_hmac('directory.limits', name).hexdigest()}"
                    pipe.incr(key)
                    pipe.expire(key, 2 * MINUTE)
                return [int(count) for count in pipe.execute()[::2]]
        except (redis.RedisError, OSError):
            self.rests_until = time.monotonic() + PAUSE
            return None


@cache
def _broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )  # fmt: skip


_own, _shared = Minute(), SharedMinute()


def sparing(kind: str, times: int = 1) -> Callable[[View[P]], View[P]]:
    """`times` the setting for one browser: suggestions come with every letter that is typed."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            limit = settings.SEARCHES_PER_MINUTE * times
            if not limit or _is_within(request, kind, limit):
                return view(request, *args, **kwargs)
            response = render(request, "429.html", status=429)
            response["Retry-After"] = str(MINUTE)
            return response

        return page

    return wrap


def _is_within(request: HttpRequest, kind: str, limit: int) -> bool:
    """A browser by a cookie that it got with its first page; what keeps none by its address."""
    address = network_of(get_adapter(request).get_client_ip(request), ipv4=32, ipv6=64)
    cookies = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    browser = next((request.COOKIES[name] for name in cookies if request.COOKIES.get(name)), "")
    names, limits = [f"{kind} {address}"], [limit]
    if browser:
        names = [f"{kind} {browser}", f"{kind} all {address}"]
        limits = [limit, limit * BROWSERS_PER_ADDRESS]
    number = int(current_time().timestamp()) // MINUTE
    counts = _shared.count(names, number)
    if counts is None:
        counts = _own.count(names, number)
        limits = [max(1, one // settings.WEB_WORKERS) for one in limits]
    return all(count <= most for count, most in zip(counts, limits, strict=True))
