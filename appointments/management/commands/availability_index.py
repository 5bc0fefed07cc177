"""`availability_index`: the search index compared with the engine, or made anew."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from appointments.services.index_check import check_index
from appointments.services.indexing import rebuild
from core.clock import current_time

SHOWN = 20


class Command(BaseCommand):
    help = "--check: compare all entries with the engine, exit status 1 on any difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="compare, change nothing")
        what.add_argument("--rebuild", action="store_true", help="make every entry anew")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        if options["rebuild"]:
            renewed = rebuild(clock=current_time)
            self.stdout.write(f"{renewed} doctors renewed in {time.monotonic() - began:.1f} s")
            return
        report = check_index(clock=current_time)
        for line in report.differences[:SHOWN]:
            self.stdout.write(line)
        self.stdout.write(
            f"{report.doctors} doctors, {report.entries} entries, {report.waiting} waiting for "
            f"the task, {len(report.differences)} differences in {time.monotonic() - began:.1f} s"
        )
        if report.differences:
            sys.exit(1)
