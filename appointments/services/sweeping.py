"""Holds that ran out, so that open pages see their times come back by themselves.

Nobody needs it to book: whoever wants the time lets go of the hold in its way (locks.py).
"""

from datetime import datetime

from django.db import transaction

from appointments.enums import Status
from appointments.models import Appointment
from doctors.models import Doctor

AT_ONCE = 200


@transaction.atomic
def release_run_out_holds(*, now: datetime) -> int:
    """Expire them, under the doctors' locks but without waiting for any: a doctor or a hold that
    somebody works with is left for the next time. Returns how many went.
    """
    run_out = Appointment.objects.filter(status=Status.HELD, hold_expires_at__lte=now)
    if not run_out.exists():
        return 0
    owners = run_out.values("doctor")
    doctors = Doctor.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    free = [doctor.pk for doctor in doctors.filter(pk__in=owners).only("pk").order_by("pk")]
    holds = run_out.select_for_update(of=("self",), skip_locked=True).filter(doctor__in=free)
    mine = [hold.pk for hold in holds.only("pk").order_by("pk")[:AT_ONCE]]
    return Appointment.objects.filter(pk__in=mine).update(status=Status.EXPIRED)
