"""«Asistiré»: the patient says that they will come. Only the visit's own row is locked."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from appointments.enums import ChangeKind, Status
from appointments.models import Appointment
from appointments.refusals import ServiceBusy, VisitNotStanding, VisitOver
from appointments.services.timeline import record_change
from core.db import once_more


@once_more(ServiceBusy)
@transaction.atomic
def confirm_attendance(
    *, appointment: Appointment, actor: User | None, now: datetime
) -> Appointment:
    """To the time that the visit has now; said twice, it is said once. `actor` is None for who
    has no account.

    Raises VisitNotStanding, VisitOver, ServiceBusy.
    """
    current = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if current.status != Status.BOOKED:
        raise VisitNotStanding
    if current.starts_at <= now:
        raise VisitOver
    if current.attendance_confirmed_at is not None:
        return current
    current.attendance_confirmed_at = now
    current.save(update_fields=["attendance_confirmed_at"])
    record_change(
        current, kind=ChangeKind.WILL_ATTEND, actor=actor, at=now, from_status=current.status
    )
    return current
