from typing import Any

from django.core.management.base import BaseCommand

from clinics.services.gazetteer import load_cities
from doctors.services.catalogue import load_specialties


class Command(BaseCommand):
    help = "Load what the product looks up: cities and specialties. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        specialties, cities = load_specialties(), load_cities()
        self.stdout.write(f"Specialties: {specialties}. Cities written: {cities}.")
