"""Who works for whom."""

from accounts.models import User
from clinics.models import Assistant
from doctors.models import Doctor
from doctors.rules import WORKS_FOR


def works_at_reception(account: User, doctor: Doctor) -> bool:
    """Also while the doctor's account is stopped: they stay a party."""
    return Assistant.objects.current().filter(user=account, doctor=doctor).exists()


WORKS_FOR.append(works_at_reception)
