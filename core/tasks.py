from celery import shared_task
from django.core.cache import cache

from core.clock import current_time
from core.live.changes import prune

BEAT_KEY = "beat:last-tick"


@shared_task(name="core.tasks.tick")
def tick(**_kwargs: object) -> None:
    """Leave a trace that beat and a worker are alive, for /readyz, which judges its age: when a
    cache forgets goes by the clock of each process.
    """
    cache.set(BEAT_KEY, current_time().isoformat(), timeout=None)


@shared_task(name="core.tasks.prune_live")
def prune_live(**_kwargs: object) -> None:
    """Forget changes that no page will ask for any more."""
    prune(now=current_time())
