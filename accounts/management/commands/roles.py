from typing import Any

from django.core.management.base import BaseCommand

from accounts.roles import keep_roles


class Command(BaseCommand):
    help = "Make the team's groups what accounts/roles.py says. Run it after each migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, permissions in keep_roles().items():
            self.stdout.write(f"{name}: {permissions} permissions")
