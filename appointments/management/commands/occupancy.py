"""`occupancy`: stored figures compared with a count from scratch, or made anew."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from appointments.services.tallying import check, rebuild
from core.clock import current_time

SHOWN = 20


class Command(BaseCommand):
    help = "--check: compare all stored days with a count, exit status 1 on any difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="compare, change nothing")
        what.add_argument("--rebuild", action="store_true", help="count every day anew")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        if options["rebuild"]:
            done = rebuild(clock=current_time)
            self.stdout.write(f"{done} doctors counted in {time.monotonic() - began:.1f} s")
            return
        report = check(clock=current_time)
        for line in report.differences[:SHOWN]:
            self.stdout.write(line)
        self.stdout.write(
            f"{report.doctors} doctors, {report.days} days, {report.waiting} waiting for the task, "
            f"{len(report.differences)} differences in {time.monotonic() - began:.1f} s"
        )
        if report.differences:
            sys.exit(1)
