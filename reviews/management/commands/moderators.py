"""`moderators`: who decides about opinions."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.roles import MODERATORS, group_of


class Command(BaseCommand):
    help = "Lists the moderation team; --add and --remove change it by the account's address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--add", metavar="EMAIL")
        parser.add_argument("--remove", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        group = group_of(MODERATORS)
        if options["add"]:
            user = self._account(options["add"])
            user.groups.add(group)
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        if options["remove"]:
            self._account(options["remove"]).groups.remove(group)
        for email in group.user_set.order_by("email").values_list("email", flat=True):
            self.stdout.write(email)

    def _account(self, email: str) -> User:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account of {email}.")
        return user
