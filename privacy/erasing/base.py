"""What erasers are given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from accounts.models import Patient, User
from appointments.models import Appointment, WaitingEntry
from notifications.enums import PHONE, Audience
from notifications.models import Message, Preferences

# Nobody gets mail there (RFC 2606).
NOWHERE = "cuenta.invalid"


@dataclass(frozen=True)
class Erasing:
    """Whose data, their people, the e-mail addresses that they proved to be theirs (others may have
    a claim to what was only typed), and the telephones where they were reached.
    """

    user: User
    people: list[Patient]
    emails: frozenset[str]
    phones: frozenset[str]
    now: datetime

    @classmethod
    def of(cls, user: User, now: datetime) -> "Erasing":
        people = list(user.patients.select_for_update(of=("self",)).order_by("pk"))
        return cls(user, people, proved_addresses(user), _phones(user, people), now)

    @property
    def messages(self) -> QuerySet[Message]:
        """What was written to them."""
        return _messages(self.user, self.people)

    @property
    def nowhere(self) -> str:
        """An address in place of theirs, of this account only."""
        return f"cerrada-{self.user.public_id}@{NOWHERE}"


def proved_addresses(user: User) -> frozenset[str]:
    """In small letters. An account that the team made has no row to confirm."""
    rows = list(EmailAddress.objects.filter(user=user).values_list("email", "verified"))
    known = {email.lower() for email, verified in rows if verified}
    return frozenset(known if rows else {user.email.lower()})


def _phones(user: User, people: list[Patient]) -> frozenset[str]:
    """Read before anything goes."""
    texted = _messages(user, people).filter(channel__in=PHONE)
    columns: list[QuerySet[Any]] = [
        Patient.objects.filter(pk__in=[person.pk for person in people]).values_list("phone"),
        Appointment.objects.filter(patient__in=people).values_list("phone"),
        WaitingEntry.objects.filter(patient__in=people).values_list("phone"),
        Preferences.objects.filter(Q(account=user) | Q(patient__in=people)).values_list("phone"),
        texted.values_list("address"),
    ]
    found = {str(value) for column in columns for (value,) in column.distinct() if value}
    return frozenset(number for number in found if number.startswith("+"))


def _messages(user: User, people: list[Patient]) -> QuerySet[Message]:
    to_patients = Q(audience=Audience.PATIENT, visit__patient__in=people)
    return Message.objects.filter(Q(recipient=user) | to_patients)
