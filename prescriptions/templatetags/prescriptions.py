"""Which prescriptions there are, for pages that show a visit: never what they say."""

from django import template

from appointments.models import Appointment
from core.clock import current_time
from prescriptions.models import Prescription

register = template.Library()


@register.simple_tag
def prescriptions_of(visit: Appointment) -> list[Prescription]:
    found = Prescription.objects.filter(visit=visit).select_related("revocation").unopened()
    rows = list(found.latest_first())
    for row in rows:
        row.visit = visit
    return rows


@register.filter
def state_now(prescription: Prescription) -> str:
    return prescription.state_at(current_time()).value
