"""Who may judge a profile: nobody who is a party."""

from collections.abc import Callable

from accounts.models import User
from doctors.models import Doctor

# Who works for whom is known above (clinics.rules): each app adds what it knows.
WORKS_FOR: list[Callable[[User, Doctor], bool]] = []


def is_party(account: User, doctor: Doctor) -> bool:
    """Whether they are the doctor, or work for the doctor."""
    return doctor.user_id == account.pk or any(knows(account, doctor) for knows in WORKS_FOR)
