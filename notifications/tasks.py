from celery import shared_task
from django.utils import timezone

from notifications.services.planning import plan_messages
from notifications.services.sending import send_due


@shared_task(name="notifications.tasks.relay")
def relay(**_kwargs: object) -> None:
    """Outbox -> ledger -> mail server. Safe to run twice, at once, or after a crash."""
    plan_messages(now=timezone.now())
    send_due()
