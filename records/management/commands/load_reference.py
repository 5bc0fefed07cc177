from typing import Any

from django.core.management.base import BaseCommand

from clinics.services.gazetteer import load_cities
from doctors.services.catalogue import load_specialties
from records.services.catalogue import load_diagnoses


class Command(BaseCommand):
    help = "Load what the product looks up: cities, specialties, diagnoses. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        specialties, cities = load_specialties(), load_cities()
        said = f"Specialties: {specialties}. Cities written: {cities}."
        self.stdout.write(f"{said} Diagnoses: {load_diagnoses()}.")
