from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import current_time
from privacy.retention.running import RulesFailed, count_due, forget_due


class Command(BaseCommand):
    help = "Takes what is due by the rules of privacy/retention, or counts it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *_args: Any, **options: Any) -> None:
        act = count_due if options["dry_run"] else forget_due
        try:
            self._say(act(now=current_time()))
        except RulesFailed as error:
            self._say(error.done)
            raise CommandError(str(error)) from error

    def _say(self, counts: dict[str, int]) -> None:
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
