from django.contrib import admin

from core.admin import ReadOnlyAdmin
from notifications.models import Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """The ledger: what was sent to whom, when, and what went wrong."""

    list_display = ("created_at", "kind", "audience", "address", "state", "attempts", "sent_at")
    list_filter = ("state", "kind", "channel")
    search_fields = ("address", "change__appointment__code", "public_id")
    fields = ("public_id", "kind", "audience", "channel", "address", "state", "due_at", "attempts",
              "sent_at", "last_error", "created_at")  # fmt: skip
