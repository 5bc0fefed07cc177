from celery import shared_task
from django.utils import timezone

from appointments.services.drafts import sweep_drafts as sweep


@shared_task(name="appointments.tasks.sweep_drafts")
def sweep_drafts(**_kwargs: object) -> None:
    sweep(now=timezone.now())
