"""What anybody learns of a code: whether it is valid, when it was issued, by which licence.

One question of one shape, whatever was typed, and nothing sealed is opened: how long an answer
takes tells no more than the answer says.
"""

from dataclasses import dataclass
from datetime import date, datetime

from prescriptions.codes import digests_of
from prescriptions.enums import State
from prescriptions.models import Prescription


@dataclass(frozen=True)
class Answer:
    state: State
    issued_on: date
    valid_until: date
    licence: str
    country: str


def check_code(typed: str, *, now: datetime) -> Answer | None:
    """None for a code that nobody was given, and for what is no code: one answer for both."""
    rows = Prescription.objects.select_related("visit__clinic__city", "revocation").unopened()
    found = rows.filter(code_digest__in=digests_of(typed)).first()
    if found is None:
        return None
    return Answer(
        state=found.state_at(now),
        issued_on=found.issued_on,
        valid_until=found.valid_until,
        licence=found.licence,
        country=found.visit.clinic.city.get_country_display(),
    )
