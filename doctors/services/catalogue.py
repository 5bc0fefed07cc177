"""The catalogue file -> rows of Specialty."""

import csv
from pathlib import Path

from doctors.models import Specialty

FILE = Path(__file__).resolve().parent.parent / "data" / "specialties.csv"
NAMES = ("name", "name_en", "practitioner_f", "practitioner_m", "practitioner_en")


def load_specialties(*, path: Path = FILE) -> int:
    """Add or correct the specialties of the file; others stay. Returns how many it has."""
    with path.open(encoding="utf-8", newline="") as file:
        specialties = [
            Specialty(
                slug=row["slug"],
                synonyms=row["synonyms"].split("|"),
                **{name: row[name] for name in NAMES},
            )
            for row in csv.DictReader(file)
        ]
    Specialty.objects.bulk_create(
        specialties,
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=[*NAMES, "synonyms"],
    )
    return len(specialties)
