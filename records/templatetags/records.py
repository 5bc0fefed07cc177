"""Whether there is a record, for pages that show a visit: never what it says."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.formats import number_format

from accounts.models import Patient
from appointments.models import Appointment
from core.clock import current_time
from core.templatetags.when import day_long
from doctors.models import Doctor
from records.models import Consultation, KeptIdentity
from records.services.identities import kept_of
from records.services.writing import may_record

register = template.Library()
KILO, MEGA = 1000, 1_000_000


@register.simple_tag
def record_of(visit: Appointment) -> Consultation | None:
    return Consultation.objects.filter(visit=visit).unopened().first()


@register.simple_tag
def has_signed_record(visit: Appointment) -> bool:
    return Consultation.objects.filter(visit=visit).signed().exists()


@register.simple_tag
def kept_identity(patient: Patient, doctor: Doctor) -> KeptIdentity | None:
    """Who they were, for a doctor of theirs; None while they have their account."""
    return kept_of(patient, doctor)


@register.filter
def may_be_recorded(visit: Appointment) -> bool:
    return may_record(visit, current_time())


@register.filter
def weight(size: int) -> str:
    """«34 KB», «2,3 MB»: what a file weighs."""
    if size < MEGA:
        return f"{max(round(size / KILO), 1)} KB"
    return f"{number_format(size / MEGA, 1)} MB"


@register.filter
def last_day(ends_at: datetime, zone: Any) -> str:
    """The day of which an instant is the end."""
    return day_long(ends_at - timedelta(minutes=1), zone)
