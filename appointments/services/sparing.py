"""The mailbox of a stranger is not a desk's to fill (docs/adr/0021)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Patient
from appointments.enums import ChangeKind
from appointments.models import AppointmentChange
from appointments.refusals import TooMany

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A visit ends once: whoever may not book or move cannot go on cancelling either, and nobody is left
# to come for nothing.
COUNTED = [ChangeKind.BOOKED, ChangeKind.RESCHEDULED, ChangeKind.ASKED]


class TooManyChanges(TooMany):
    message = _(
        "En la última hora ya avisamos a esta persona de muchos cambios. Si es urgente, llámela; "
        "haga este cambio más tarde."
    )


class TooManyChangesToday(TooManyChanges):
    message = _(
        "Hoy ya avisamos a esta persona de muchos cambios. Si es urgente, llámela; haga este "
        "cambio mañana."
    )


def spare_patient(patient: Patient, *, doctor_id: int, now: datetime) -> None:
    """Anybody may sign up as a doctor, and who has no account cannot say that they never asked for
    a visit. What is done to many visits at once is one act; others who read the same mailbox count.
    The doctor's row is locked. Raises TooManyChanges, TooManyChangesToday.
    """
    if patient.account_id is not None:
        return
    theirs = Q(appointment__patient=patient)
    if patient.email:
        theirs |= Q(
            appointment__patient__account=None, appointment__patient__email__iexact=patient.email
        )
    lines = AppointmentChange.objects.filter(
        theirs, appointment__doctor=doctor_id, by_desk=True, kind__in=COUNTED, at__gt=now - DAY
    )
    acts = lines.order_by().values_list("at", flat=True).distinct()
    if len(acts) >= settings.DESK_CHANGES_PER_DAY:
        raise TooManyChangesToday
    if sum(at > now - HOUR for at in acts) >= settings.DESK_CHANGES_PER_HOUR:
        raise TooManyChanges
