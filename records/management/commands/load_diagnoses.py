from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from records.services.catalogue import FILE, BadFile, load_diagnoses


class Command(BaseCommand):
    help = "Load codes of ICD-10 from a CSV file (code, title, words). Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = load_diagnoses(path=options["file"])
        except (OSError, UnicodeDecodeError, BadFile) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Diagnoses: {count}")
