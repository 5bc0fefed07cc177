"""What support does with a visit because its patient or its doctor asked: by the same services as
they would, in their name for deadlines and fees, in support's for the timeline.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.enums import Status
from appointments.models import Appointment
from appointments.queries import nearest_free
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_moving import move_visit
from appointments.services.offers import current_clinic
from appointments.services.rescheduling import reschedule_appointment

TIMES_OFFERED = 24


class Asker(TextChoices):
    PATIENT = "patient", _("El paciente")
    DOCTOR = "doctor", _("El médico o su recepción")


@dataclass(frozen=True)
class Wish:
    """Who wants what: another time, or (None) no visit at all."""

    asker: Asker
    starts_at: datetime | None
    told_fee: str = ""


def offered(visit: Appointment, now: datetime) -> list[datetime]:
    """Free times of the visit's clinic near its own."""
    clinic = current_clinic(visit.clinic)
    return nearest_free(clinic, visit.starts_at, now=now, count=TIMES_OFFERED)


def fulfil(visit: Appointment, wish: Wish, *, actor: User, now: datetime) -> Appointment:
    """Raises BookingRefused, as the services do for who asks."""
    if wish.starts_at is None:
        return _cancel(visit, wish, actor, now)
    if wish.asker == Asker.PATIENT:
        return reschedule_appointment(
            appointment=visit, starts_at=wish.starts_at, actor=actor, now=now
        )
    minutes = (visit.ends_at - visit.starts_at) // timedelta(minutes=1)
    return move_visit(
        appointment=visit, starts_at=wish.starts_at, minutes=minutes, actor=actor, now=now
    )


def _cancel(visit: Appointment, wish: Wish, actor: User, now: datetime) -> Appointment:
    is_patient = wish.asker == Asker.PATIENT
    status = Status.CANCELLED_BY_PATIENT if is_patient else Status.CANCELLED_BY_DOCTOR
    return cancel_appointment(
        appointment=visit, actor=actor, status=status, now=now, by_desk=not is_patient,
        told_fee=wish.told_fee,
    )  # fmt: skip
