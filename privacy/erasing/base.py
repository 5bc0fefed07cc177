"""What erasers are given."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress

from accounts.models import Patient, User

# Nobody gets mail there (RFC 2606).
NOWHERE = "cuenta.invalid"


@dataclass(frozen=True)
class Erasing:
    """Whose data, their people, and the e-mail addresses that they proved to be theirs: others may
    have a claim to what was only typed.
    """

    user: User
    people: list[Patient]
    emails: frozenset[str]
    now: datetime

    @classmethod
    def of(cls, user: User, now: datetime) -> "Erasing":
        people = list(user.patients.select_for_update(of=("self",)).order_by("pk"))
        return cls(user, people, proved_addresses(user), now)

    @property
    def nowhere(self) -> str:
        """An address in place of theirs, of this account only."""
        return f"cerrada-{self.user.public_id}@{NOWHERE}"


def proved_addresses(user: User) -> frozenset[str]:
    """In small letters. An account that the team made has no row to confirm."""
    rows = list(EmailAddress.objects.filter(user=user).values_list("email", "verified"))
    known = {email.lower() for email, verified in rows if verified}
    return frozenset(known if rows else {user.email.lower()})
