"""Those who are still on their way are told how late the consultation is."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from appointments.days import today_at
from appointments.enums import Status
from appointments.models import (
    LEAST_DELAY,
    MOST_DELAY,
    TOLD_JUST_NOW,
    Appointment,
    AppointmentQuerySet,
    DelayNotice,
)
from appointments.refusals import NobodyToTell, NotLate, ServiceBusy, ToldJustNow
from clinics.models import Clinic
from core.db import once_more, violation_as
from core.events import record

QUIET_FOR = timedelta(minutes=30)


@once_more(ServiceBusy)
@transaction.atomic
def announce_delay(*, clinic: Clinic, minutes: int, actor: User, now: datetime) -> int:
    """Returns how many are told: one event for each of them, sent as a message of its own.

    Raises NotLate, NobodyToTell, ToldJustNow, ServiceBusy.
    """
    if not LEAST_DELAY <= minutes <= MOST_DELAY:
        raise NotLate
    visits = list(still_expected(clinic, now))
    if not visits:
        raise NobodyToTell
    with violation_as({TOLD_JUST_NOW: ToldJustNow()}):
        notice = DelayNotice.objects.create(
            clinic=clinic, minutes=minutes, said_by=actor, at=now, quiet_until=now + QUIET_FOR
        )
    for visit in visits:
        record(
            "visit_day.delayed", subject_id=visit.public_id, actor=actor, at=now,
            data={"visit": visit.pk, "notice": notice.pk, "minutes": minutes},
        )  # fmt: skip
    return len(visits)


def still_expected(clinic: Clinic, now: datetime) -> AppointmentQuerySet:
    """Today at this consultorio, not over, and not there yet."""
    since, until = today_at(clinic, now)
    visits = Appointment.objects.filter(
        clinic=clinic, status=Status.BOOKED, starts_at__gte=since, starts_at__lt=until,
        ends_at__gt=now, day__arrived_at=None,
    )  # fmt: skip
    return visits.order_by("starts_at", "id")


def last_notice(clinic: Clinic, now: datetime) -> DelayNotice | None:
    """The one because of which nobody may be told again yet."""
    return DelayNotice.objects.filter(clinic=clinic, at__lte=now, quiet_until__gt=now).first()
