"""`outbox --status`: what waits to be told, and what could not be."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count

from core.clock import current_time
from core.models import Event
from notifications.models import Message
from notifications.queries import oldest_waiting


class Command(BaseCommand):
    help = "Prints the outbox's and the ledger's state as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--status", action="store_true", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = Event.objects.filter(processed_at__isnull=True)
        now = current_time()
        oldest = oldest_waiting(now)
        states = Message.objects.values_list("state").annotate(Count("pk")).order_by("state")
        age = (now - oldest).total_seconds() if oldest else 0
        status = {
            "events_waiting": waiting.count(),
            "messages": dict(states),
            "oldest_unsent_seconds": round(age),
        }
        self.stdout.write(json.dumps(status, indent=2))
