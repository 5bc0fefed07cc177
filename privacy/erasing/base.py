"""What erasers are given."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress

from accounts.models import Patient, User

# Nobody gets mail there (RFC 2606).
NOWHERE = "cuenta.invalid"


@dataclass(frozen=True)
class Erasing:
    """Whose data, their people, and all addresses and numbers (E.164) that lead to them."""

    user: User
    people: list[Patient]
    emails: frozenset[str]
    phones: frozenset[str]
    now: datetime

    @classmethod
    def of(cls, user: User, now: datetime) -> "Erasing":
        people = list(user.patients.select_for_update(of=("self",)).order_by("pk"))
        emails = {user.email, *(person.email for person in people)}
        emails |= set(EmailAddress.objects.filter(user=user).values_list("email", flat=True))
        numbers = {str(person.phone) for person in people if person.phone}
        preferences = getattr(user, "message_preferences", None)
        if preferences is not None and preferences.phone:
            numbers.add(str(preferences.phone))
        lower = frozenset(email.lower() for email in emails if email)
        return cls(user, people, lower, frozenset(numbers), now)

    @property
    def nowhere(self) -> str:
        """An address in place of theirs, of this account only."""
        return f"cerrada-{self.user.public_id}@{NOWHERE}"
