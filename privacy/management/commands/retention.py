from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.clock import current_time
from privacy.retention.running import count_due, forget_due


class Command(BaseCommand):
    help = "Takes what is due by the rules of privacy/retention, or counts it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *_args: Any, **options: Any) -> None:
        act = count_due if options["dry_run"] else forget_due
        for name, count in act(now=current_time()).items():
            self.stdout.write(f"{name}: {count}")
