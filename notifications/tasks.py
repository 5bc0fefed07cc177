from celery import shared_task

from core.clock import current_time
from notifications.services.planning import plan_messages
from notifications.services.sending import send_due


# The hard limit is shorter than the lease: nobody sends on a lease that ran out.
@shared_task(name="notifications.tasks.relay", soft_time_limit=45, time_limit=55)
def relay(**_kwargs: object) -> None:
    """Outbox -> ledger -> mail server. Safe to run twice, at once, or after a crash."""
    plan_messages(now=current_time())
    send_due()
