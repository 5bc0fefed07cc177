"""Commands that compare what is stored with a count from scratch, or make it anew."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

SHOWN = 20


class CompareCommand(BaseCommand):
    """`--check` prints the first differences and a line about all; exit status 1 on any."""

    rebuild_help = "make everything anew"

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="compare, change nothing")
        what.add_argument("--rebuild", action="store_true", help=self.rebuild_help)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        if options["rebuild"]:
            self.stdout.write(f"{self.rebuild()} in {time.monotonic() - began:.1f} s")
            return
        differences, summary = self.compare()
        for line in differences[:SHOWN]:
            self.stdout.write(line)
        took = time.monotonic() - began
        self.stdout.write(f"{summary}, {len(differences)} differences in {took:.1f} s")
        if differences:
            sys.exit(1)

    def compare(self) -> tuple[Sequence[str], str]:
        """The differences, and what was looked at in words."""
        raise NotImplementedError

    def rebuild(self) -> str:
        """What was made, in words."""
        raise NotImplementedError
