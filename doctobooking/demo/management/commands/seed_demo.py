import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.clock import current_time
from doctobooking.demo.seeding import NotEmpty, Sizes, seed_demo


class Command(BaseCommand):
    help = "Fill an empty database with doctors, patients and visits; the same seed, the same rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--doctors", type=int, default=300)
        parser.add_argument("--patients", type=int, default=400)
        parser.add_argument("--visits", type=int, default=3000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--append", action="store_true", help="add to a database that has accounts already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sizes = Sizes(options["doctors"], options["patients"], options["visits"])
        if min(sizes.doctors, sizes.patients, sizes.visits) < 0:
            raise CommandError("Sizes cannot be negative.")
        if not settings.DEMO_PASSWORD:
            raise CommandError("These settings have no demo: DEMO_PASSWORD is empty.")
        began = time.monotonic()
        try:
            made = seed_demo(
                sizes=sizes,
                seed=options["seed"],
                password=settings.DEMO_PASSWORD,
                now=current_time(),
                append=options["append"],
            )
        except NotEmpty as error:
            raise CommandError(
                f"The database is not empty: it has {error} account(s). Demo data are added only "
                "to an empty database; use --append to add more to this one."
            ) from error
        self.stdout.write(
            f"Made {made.doctors} doctors, {made.patients} patients' accounts and {made.visits} "
            f"visits in {time.monotonic() - began:.1f} s."
        )
