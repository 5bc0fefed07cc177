"""Whether there is a record, for pages that show a visit: never what it says."""

from django import template

from appointments.models import Appointment
from core.clock import current_time
from records.models import Consultation
from records.services.writing import may_record

register = template.Library()


@register.simple_tag
def record_of(visit: Appointment) -> Consultation | None:
    return Consultation.objects.filter(visit=visit).unopened().first()


@register.simple_tag
def has_signed_record(visit: Appointment) -> bool:
    return Consultation.objects.filter(visit=visit).signed().exists()


@register.filter
def may_be_recorded(visit: Appointment) -> bool:
    return may_record(visit, current_time())
