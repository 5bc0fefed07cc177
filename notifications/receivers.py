"""What happens to people, followed in how they want their messages."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse

from accounts.models import Patient, User
from accounts.signals import email_corrected, people_merged, phone_corrected
from appointments.models import Appointment
from notifications.models import Preferences


@receiver(phone_corrected, dispatch_uid="preferences")
def on_phone(patient: Patient, old: Any, new: str, **_details: Any) -> None:
    theirs = Q(patient=patient)
    if patient.account_id is not None:
        theirs |= Q(account=patient.account_id)
    Preferences.objects.filter(theirs, phone=old).update(phone=new)


@receiver(people_merged, dispatch_uid="preferences")
def on_merged(patient: Patient, into: Patient, **_details: Any) -> None:
    """What they said before they had an account goes on, unless they have said it since."""
    said = Preferences.objects.filter(patient=patient)
    if Preferences.objects.filter(patient=into).exists():
        said.delete()
    said.update(patient=into)


@receiver(email_corrected, dispatch_uid="told")
def on_email(patient: Patient, old: str, new: str, actor: User, **_details: Any) -> None:
    """Who has an address taken from them learns it there, and the doctors, but for who did it."""
    visits = Appointment.objects.visits().filter(patient=patient)
    doctors = {visit.doctor for visit in visits.select_related("doctor__user")}
    names = ", ".join(sorted(doctor.display_name for doctor in doctors))
    if old and doctors:
        said = {"doctors": names, "new": new}
        get_adapter().send_mail("account/email/contact_moved", old, said)
    page = f"{settings.SITE_URL}{reverse('portal:patient_contact', args=[patient.public_id])}"
    for doctor in sorted(doctors, key=lambda doctor: doctor.pk):
        if doctor.user_id != actor.pk and doctor.user.erased_at is None:
            told = {"user": doctor.user, "patient": patient.full_name, "new": new, "page": page}
            get_adapter().send_mail("account/email/contact_moved_desk", doctor.user.email, told)
