"""What erasers are given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Patient, User
from appointments.models import Appointment, WaitingEntry
from notifications.enums import PHONE
from notifications.models import Message
from privacy.belonging import Belongings, messages_to, proved_addresses

# Nobody gets mail there (RFC 2606).
NOWHERE = "cuenta.invalid"


@dataclass(frozen=True)
class Erasing(Belongings):
    """What is theirs, and the telephones where they were reached."""

    phones: frozenset[str]
    now: datetime

    @classmethod
    def of(cls, user: User, now: datetime) -> "Erasing":
        people = list(user.patients.select_for_update(of=("self",)).order_by("pk"))
        return cls(user, people, proved_addresses(user), _phones(user, people), now)

    @property
    def nowhere(self) -> str:
        """An address in place of theirs, of this account only."""
        return f"cerrada-{self.user.public_id}@{NOWHERE}"


def _phones(user: User, people: list[Patient]) -> frozenset[str]:
    """Read before anything goes."""
    told = Message.objects.filter(messages_to(user, people), channel__in=PHONE)
    columns: list[QuerySet[Any]] = [
        Patient.objects.filter(pk__in=[person.pk for person in people]).values_list("phone"),
        Appointment.objects.filter(patient__in=people).values_list("phone"),
        WaitingEntry.objects.filter(patient__in=people).values_list("phone"),
        Belongings(user, people, frozenset()).preferences.values_list("phone"),
        told.values_list("address"),
    ]
    found = {str(value) for column in columns for (value,) in column.distinct() if value}
    return frozenset(number for number in found if number.startswith("+"))
