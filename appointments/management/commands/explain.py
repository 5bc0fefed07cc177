"""`explain --clinic UUID --at 2026-11-24T15:20`: why a time is, or is not, offered."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from appointments.queries import Reason, explain_time
from clinics.models import Clinic
from core.clock import current_time


class Command(BaseCommand):
    help = "Says `offered`, or names every rule that closes a time of a clinic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", required=True, help="the clinic's public UUID")
        parser.add_argument(
            "--at", required=True, help="ISO 8601; without an offset it is the clinic's wall time"
        )

    def handle(self, *args: Any, clinic: str, at: str, **options: Any) -> None:
        found = self._clinic(clinic)
        instant = self._instant(at, found.zone)
        reasons = explain_time(found, instant, now=current_time())
        self.stdout.write("\n".join(map(_line, reasons)) or "offered")

    def _clinic(self, text: str) -> Clinic:
        try:
            return Clinic.objects.with_schedule().get(public_id=UUID(text))
        except (ValueError, Clinic.DoesNotExist):
            raise CommandError(f"There is no clinic {text!r}.") from None

    def _instant(self, text: str, zone: str) -> datetime:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            raise CommandError(f"{text!r} is not an ISO 8601 date and time.") from None
        return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(zone))


def _line(reason: Reason) -> str:
    return f"{reason.obstacle}: {reason.kind}" if reason.kind else str(reason.obstacle)
