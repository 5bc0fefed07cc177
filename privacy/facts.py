"""What closing an account would do, told before it is asked for."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Patient, User
from appointments.models import Appointment, WaitingEntry
from appointments.queries import was_moved_by_desk
from appointments.rules import cancelling_costs
from privacy.keeping import duty_for
from records.services.identities import Duty
from reviews.models import Review


@dataclass(frozen=True)
class Coming:
    """A visit that will be cancelled; `fee` is what that costs by the time it is."""

    visit: Appointment
    fee: Decimal | None


@dataclass(frozen=True)
class Kept:
    patient: Patient
    duty: Duty


@dataclass(frozen=True)
class Facts:
    coming: list[Coming]
    kept: list[Kept]
    dependants: list[Patient]
    opinions: int
    waits: int


def facts_of(user: User, *, now: datetime, due: datetime) -> Facts:
    """`due` is when the account would be emptied: deadlines pass until then."""
    people = list(user.patients.oneself_first())
    upcoming = Appointment.objects.for_account(user).upcoming(due).with_people()
    duties = [(person, duty_for(person, now)) for person in people]
    return Facts(
        coming=[Coming(visit, _fee(visit, due)) for visit in upcoming.filter(starts_at__gt=due)],
        kept=[Kept(person, duty) for person, duty in duties if duty is not None],
        dependants=[person for person in people if not person.is_self],
        opinions=Review.objects.filter(author=user).count(),
        waits=WaitingEntry.objects.open().filter(patient__account=user).count(),
    )


def _fee(visit: Appointment, due: datetime) -> Decimal | None:
    return cancelling_costs(visit, due, is_moved_by_desk=was_moved_by_desk(visit))
