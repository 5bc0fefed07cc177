from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

BEAT_KEY = "beat:last-tick"


@shared_task(name="core.tasks.tick")
def tick(**_kwargs: object) -> None:
    """Leave a trace that beat and a worker are alive, for /readyz."""
    cache.set(BEAT_KEY, timezone.now().isoformat(), timeout=86_400)
