from typing import Any

from django.core.management.base import BaseCommand

from clinics.services.gazetteer import load_cities


class Command(BaseCommand):
    help = "Load the gazetteer: cities with point and time zone. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Cities written: {load_cities()}")
