"""manage.py close_account PUBLIC_ID: has an account closed, as its owner would ask on the page; of
a doctor with records of patients, with who keeps them from then on.
"""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from core.clock import current_time
from core.db import Refusal
from privacy.models import Closing
from privacy.services.closing import close_into_custody, request_closing


class Command(BaseCommand):
    help = "Closes an account when CLOSING_HOURS are over, as if its owner had asked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("public_id", type=UUID)
        parser.add_argument("--custodian", help="who keeps a doctor's records: name and contact")
        parser.add_argument("--reason", help="why, and how it was agreed")
        parser.add_argument("--by", help="e-mail of the administrator who agreed on it")

    def handle(self, *args: Any, **options: Any) -> None:
        account = User.objects.filter(public_id=options["public_id"], erased_at=None).first()
        if account is None:
            raise CommandError("There is no open account of that id.")
        try:
            closing = self._close(account, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Closes at {closing.due_at:%Y-%m-%d %H:%M} UTC.")

    def _close(self, account: User, options: dict[str, Any]) -> Closing:
        said = [(options[name] or "").strip() for name in ("custodian", "reason", "by")]
        if not any(said):
            return request_closing(account=account, now=current_time())
        custodian, reason, email = said
        by = User.objects.filter(email__iexact=email, is_staff=True, is_active=True).first()
        if not (custodian and reason and by):
            raise CommandError("--custodian, --reason and --by, of the team, go together.")
        return close_into_custody(
            account=account, custodian=custodian, reason=reason, by=by, now=current_time()
        )
