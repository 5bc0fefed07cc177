from celery import shared_task

from core.clock import current_time
from notifications.services import planning
from notifications.services.sending import send_due


# The hard limit is shorter than the lease: nobody sends on a lease that ran out.
@shared_task(name="notifications.tasks.relay", soft_time_limit=40, time_limit=45)
def relay(**_kwargs: object) -> None:
    """Outbox -> ledger -> the world. Safe to run twice, at once, or after a crash."""
    planning.plan_messages(now=current_time())
    send_due()


@shared_task(name="notifications.tasks.plan_missing")
def plan_missing(**_kwargs: object) -> None:
    """Reminders of coming visits that have none yet: hourly, and harmless at any time."""
    planning.plan_missing(now=current_time())
