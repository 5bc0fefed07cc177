"""`manage.py slots`: the engine's door for other programs. Touches no database."""

import json
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from appointments.questions import answer_line


class Command(BaseCommand):
    help = "Reads questions to the availability engine, one JSON object a line; answers each."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            malformed = self.answer_all()
        except BrokenPipeError:
            # The reader has gone; Python would complain again when it flushes at the exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError("Nobody reads the answers any more.") from None
        if malformed:
            raise CommandError(f"Malformed questions: {malformed}.")

    def answer_all(self) -> int:
        """Answers line by line, at once; returns how many questions were malformed."""
        malformed = 0
        # Bytes where there are any: a line that is not UTF-8 is one malformed question.
        for line in getattr(sys.stdin, "buffer", sys.stdin):
            if line.strip():
                reply = answer_line(line)
                malformed += "error" in reply
                self.stdout.write(json.dumps(reply))
                self.stdout.flush()
        return malformed
