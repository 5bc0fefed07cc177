"""What happens to people, followed in what is kept of their visits."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import Patient
from accounts.signals import phone_corrected
from appointments.models import Appointment, WaitingEntry


@receiver(phone_corrected, dispatch_uid="visits")
def on_phone(patient: Patient, old: Any, new: str, now: datetime, **_details: Any) -> None:
    """Of what is still to come. A number that was typed for one visit stays."""
    coming = Appointment.objects.standing().filter(patient=patient, ends_at__gt=now)
    coming.filter(phone=old).update(phone=new)
    WaitingEntry.objects.open().filter(patient=patient, phone=old).update(phone=new)
