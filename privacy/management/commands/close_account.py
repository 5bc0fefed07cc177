"""manage.py close_account PUBLIC_ID: has an account closed, as its owner would ask on the page."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from core.clock import current_time
from core.db import Refusal
from privacy.services.closing import request_closing


class Command(BaseCommand):
    help = "Closes an account when CLOSING_HOURS are over, as if its owner had asked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("public_id", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        account = User.objects.filter(public_id=options["public_id"], erased_at=None).first()
        if account is None:
            raise CommandError("There is no open account of that id.")
        try:
            closing = request_closing(account=account, now=current_time())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Closes at {closing.due_at:%Y-%m-%d %H:%M} UTC.")
