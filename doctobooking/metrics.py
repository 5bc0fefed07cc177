"""Figures for Prometheus (text format 0.0.4). Nothing of anybody, yet only for who has the key."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from core.clock import current_time
from doctobooking.health import parts_of_health
from notifications.models import Message

KIND = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without METRICS_TOKEN, or to who does not send it as «Authorization: Bearer ...»."""
    said = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(said, settings.METRICS_TOKEN):
        raise Http404
    try:
        lines = [*_figures(current_time())]
    except DatabaseError:
        return HttpResponse("doctobooking_database_up 0\n", content_type=KIND)
    return HttpResponse("\n".join(lines) + "\n", content_type=KIND)


def _figures(now: datetime) -> Iterator[str]:
    parts: dict[str, dict[str, Any]] = parts_of_health(now)
    tick = parts["beat"]["last_tick"]
    age = (now - datetime.fromisoformat(tick)).total_seconds() if tick else "NaN"
    yield from _gauge("database_up", "The database answers.", 1)
    yield from _gauge("broker_up", "The broker answers.", int(parts["broker"]["ok"]))
    oldest = parts["outbox"]["oldest_seconds"]
    yield from _gauge("outbox_oldest_seconds", "How long the oldest message has been due.", oldest)
    yield from _gauge("beat_age_seconds", "Since beat last called.", age)
    states = Message.objects.order_by().values_list("state").annotate(Count("pk"))
    yield "# HELP doctobooking_messages Messages by state."
    yield "# TYPE doctobooking_messages gauge"
    yield from (f'doctobooking_messages{{state="{state}"}} {n}' for state, n in sorted(states))


def _gauge(name: str, words: str, value: object) -> Iterator[str]:
    yield f"# HELP doctobooking_{name} {words}"
    yield f"# TYPE doctobooking_{name} gauge"
    yield f"doctobooking_{name} {value}"
