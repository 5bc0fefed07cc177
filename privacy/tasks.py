from celery import shared_task

from core.clock import current_time
from privacy.retention import running
from privacy.services.closing import close_due
from privacy.services.exporting import make_due_exports


@shared_task(name="privacy.tasks.make_exports")
def make_exports(**_kwargs: object) -> None:
    """Found by SQL: safe to run twice, at once, or after a crash."""
    make_due_exports(now=current_time())


@shared_task(name="privacy.tasks.close_accounts")
def close_accounts(**_kwargs: object) -> None:
    """Found by SQL, as exports are."""
    close_due(now=current_time())


@shared_task(name="privacy.tasks.forget_due")
def forget_due(**_kwargs: object) -> None:
    running.forget_due(now=current_time())
