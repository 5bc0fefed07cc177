"""What happens to people, followed in how they want their messages."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from accounts.models import Patient
from accounts.signals import phone_corrected
from notifications.models import Preferences


@receiver(phone_corrected, dispatch_uid="preferences")
def on_phone(patient: Patient, old: Any, new: str, **_details: Any) -> None:
    theirs = Q(patient=patient)
    if patient.account_id is not None:
        theirs |= Q(account=patient.account_id)
    Preferences.objects.filter(theirs, phone=old).update(phone=new)
