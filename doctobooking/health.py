"""For load balancers and people on call. No login, no personal data."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu import Connection

from core.clock import current_time
from core.tasks import BEAT_KEY
from notifications.enums import State
from notifications.models import Message
from notifications.queries import STALE, oldest_waiting

STALE_BEAT = timedelta(minutes=3)


def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up; asks nobody."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """503 without database or with pending migrations; "degraded" names what else is not well."""
    now = current_time()
    try:
        pending = _pending_migrations()
        parts = parts_of_health(now) if not pending else {}
    except DatabaseError:
        return JsonResponse({"status": "down", "database": False}, status=503)
    if pending:
        return JsonResponse({"status": "down", "database": True, "migrations": False}, status=503)
    degraded = sorted(name for name, part in parts.items() if not part["ok"])
    body = {"status": "degraded" if degraded else "ok", "degraded": degraded}
    return JsonResponse({**body, "database": True, "migrations": True, **parts})


def _pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def parts_of_health(now: datetime) -> dict[str, dict[str, object]]:
    oldest = oldest_waiting(now)
    age = (now - oldest).total_seconds() if oldest else 0
    stuck = Message.objects.filter(state__in=[State.GIVEN_UP, State.UNKNOWN]).count()
    tick = cache.get(BEAT_KEY)
    beating = tick is not None and now - datetime.fromisoformat(tick) < STALE_BEAT
    return {
        "broker": {"ok": _broker_answers()},
        "outbox": {"ok": age < STALE.total_seconds(), "oldest_seconds": round(age)},
        "messages": {"ok": True, "failed": stuck},
        "beat": {"ok": beating, "last_tick": tick},
    }


def _broker_answers() -> bool:
    options = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 0}
    try:
        with Connection(settings.CELERY_BROKER_URL, transport_options=options) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=1)
    except Exception:
        # Whatever the client library raises, the answer is the same: it does not answer.
        return False
    return True
