"""`ratings`: each doctor's rating compared with a count of the opinions, or counted anew."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reviews.services.ratings import check_ratings, rebuild_ratings

SHOWN = 20


class Command(BaseCommand):
    help = "--check: compare with a plain count, exit status 1 on any difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="compare, change nothing")
        what.add_argument("--rebuild", action="store_true", help="count every rating anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            rebuild_ratings()
        doctors, wrong = check_ratings()
        for line in wrong[:SHOWN]:
            self.stdout.write(line)
        self.stdout.write(f"{doctors} doctors, {len(wrong)} differences")
        if wrong:
            sys.exit(1)
