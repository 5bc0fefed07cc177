from typing import Any

from django.core.management.base import BaseCommand

from doctors.services.catalogue import load_specialties


class Command(BaseCommand):
    help = "Load the catalogue of specialties with the words people type. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Specialties: {load_specialties()}")
