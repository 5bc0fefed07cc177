"""`outbox --status`: what waits to be told, and what could not be."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Min

from core.clock import current_time
from core.models import Event
from notifications.models import OPEN_STATES, Message


class Command(BaseCommand):
    help = "Prints the outbox's and the ledger's state as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--status", action="store_true", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = Event.objects.filter(processed_at__isnull=True)
        oldest = Message.objects.filter(state__in=OPEN_STATES).aggregate(at=Min("created_at"))["at"]
        states = Message.objects.values_list("state").annotate(Count("pk")).order_by("state")
        age = (current_time() - oldest).total_seconds() if oldest else 0
        status = {
            "events_waiting": waiting.count(),
            "messages": dict(states),
            "oldest_unsent_seconds": round(age),
        }
        self.stdout.write(json.dumps(status, indent=2))
