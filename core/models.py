"""The outbox: what happened, the mails that other libraries asked us to send, and what open pages
shall hear of.
"""

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
    reply_address = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    wiped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.public_id)


class OldestRunning(models.Func):
    """The oldest transaction that still writes: rows of those before it are all there."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    arity = 0
    output_field = models.BigIntegerField()


class LiveChangeQuerySet(models.QuerySet["LiveChange"]):
    def after(self, channel: str, xid: int, row: int) -> "LiveChangeQuerySet":
        """What may be told of a channel after a row, in the order of telling."""
        return self.filter(
            Q(xid__gt=xid) | Q(id__gt=row),
            channel=channel,
            xid__gte=xid,
            xid__lt=OldestRunning(),
        ).order_by("xid", "id")


class LiveChange(models.Model):
    """Something that open pages want to hear of, written by the database's triggers in the
    transaction of the change itself (docs/adr/0016). `data` holds ids only.

    Rows are read in the order of `(xid, id)`, and only below the oldest running transaction:
    the ids alone are not in the order of the commits.
    """

    # Of the writing transaction: pg_current_xact_id(), which never wraps around.
    xid = models.BigIntegerField()
    channel = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    # Whether a free time may have come or gone.
    is_about_times = models.BooleanField()
    at = models.DateTimeField()

    objects = LiveChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["channel", "xid", "id"], name="livechange_of_channel"),
            models.Index(fields=["xid", "id"], name="livechange_in_order"),
            models.Index(fields=["at"], name="livechange_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} {self.xid}-{self.pk}"


class ReadMark(models.Model):
    """How far a person has seen a channel: up to the row `(xid, row)`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=40)
    xid = models.BigIntegerField()
    row = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="readmark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.xid}-{self.row}"
