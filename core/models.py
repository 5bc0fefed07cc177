"""The outbox: what happened, and the mails that other libraries asked us to send."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Event(models.Model):
    """Something that happened, born in the transaction that made it happen.

    Readers pull; nobody is called. `data` holds ids only, never a person's data.
    """

    name = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="event_unprocessed", condition=Q(processed_at__isnull=True)
            ),
            models.Index(fields=["subject_id", "id"], name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_id}"


class StoredMail(models.Model):
    """A mail that was handed to Django's e-mail API (django-allauth's codes and notices).

    It waits here, in the caller's transaction, until the worker has sent it; then its text is
    wiped, since it may carry a log-in code.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to_address = models.EmailField(max_length=320)
    from_address = models.CharField(max_length=320)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    wiped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.public_id)
