"""Seal every clinical text again with the newest key of CLINICAL_KEYS."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.db import Busy
from core.resealing import check, reseal, sealed_columns


class Command(BaseCommand):
    help = (
        "Seals all texts that stand under older keys with the newest one, in batches, while the "
        "product runs. Before: every process knows the new key (last in CLINICAL_KEYS), then has "
        "it first. After: --check, and the old key may go."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="open each text, change none; counts older keys"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = left = 0
        for column in sealed_columns():
            try:
                tally = check(column) if options["check"] else reseal(column)
            except Busy as busy:
                raise CommandError(str(busy)) from busy
            waiting = column.under_other_keys.count()
            word = "readable" if options["check"] else "resealed"
            self.stdout.write(
                f"{column}: {tally.done} {word}, {tally.unreadable} unreadable, "
                f"{waiting} under older keys"
            )
            unreadable += tally.unreadable
            left += waiting
        if unreadable:
            raise CommandError(f"{unreadable} texts cannot be read with these keys: keep old keys.")
        if left and not options["check"]:
            raise CommandError(f"{left} texts were written with an older key meanwhile: run again.")
