"""manage.py take_away_factor EMAIL: the way back of an administrator whom nobody else can help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.second_factor import take_away
from core.clock import current_time


class Command(BaseCommand):
    help = "Takes an account's second factor away, ends its sessions and tells its owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["email"], erased_at=None).first()
        if person is None:
            raise CommandError("There is no open account of that address.")
        gone = take_away(person=person, actor=None, now=current_time())
        self.stdout.write(f"Taken away: {gone}." if gone else "The account has no second factor.")
