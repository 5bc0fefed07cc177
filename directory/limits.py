"""How often somebody may search (docs/security: 60 a minute).

Each web process counts for itself, in memory: a row for each search would cost as much as the
search. The setting is shared out among the processes.
"""

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.clock import current_time
from core.origin import network_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
MINUTE = 60
# Whole cities come from one address of a telephone company.
BROWSERS_PER_ADDRESS = 10
MOST_KEPT = 100_000


class Minute:
    """Counts of the minute that runs; those of the last one are forgotten."""

    def __init__(self) -> None:
        self.number, self.counts = 0, Counter[str]()

    def count(self, who: str, now: float) -> int:
        number = int(now) // MINUTE
        if number != self.number or len(self.counts) > MOST_KEPT:
            self.number, self.counts = number, Counter()
        self.counts[who] += 1
        return self.counts[who]


_minute = Minute()


def sparing(kind: str, times: int = 1) -> Callable[[View[P]], View[P]]:
    """`times` the setting for one browser: suggestions come with every letter that is typed."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            limit = settings.SEARCHES_PER_MINUTE * times // settings.WEB_WORKERS
            if not limit or _is_within(request, kind, limit):
                return view(request, *args, **kwargs)
            response = render(request, "429.html", status=429)
            response["Retry-After"] = str(MINUTE)
            return response

        return page

    return wrap


def _is_within(request: HttpRequest, kind: str, limit: int) -> bool:
    """A browser by a cookie that it got with its first page; what keeps none by its address."""
    now = current_time().timestamp()
    address = network_of(get_adapter(request).get_client_ip(request), ipv4=32, ipv6=64)
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    browser = next((request.COOKIES[name] for name in names if request.COOKIES.get(name)), "")
    if not browser:
        return _minute.count(f"{kind} {address}", now) <= limit
    of_all = _minute.count(f"{kind} all {address}", now)
    own = _minute.count(f"{kind} {browser}", now)
    return own <= limit and of_all <= limit * BROWSERS_PER_ADDRESS
