"""How often one address may check codes: enough for a pharmacy, too little for a search."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from core.limits import count_from_here

# Seconds, and how many times the setting.
WINDOWS = ((60, 1), (86_400, 10))


def may_check(request: HttpRequest, *, now: datetime) -> bool:
    """Counts it."""
    counts = [
        count_from_here(request, "prescription-checks", now=now, seconds=seconds)
        <= settings.CHECKS_PER_ADDRESS * times
        for seconds, times in WINDOWS
    ]
    return all(counts)
