"""What every move of a visit shares, whoever moves it; the doctor's row must be locked."""

from datetime import datetime

from accounts.models import User
from appointments.enums import ChangeKind
from appointments.models import PATIENT_TAKEN, SLOT_TAKEN, Appointment
from appointments.refusals import BookingRefused, PatientBusy
from appointments.services.locks import expire_holds
from core.db import violation_as


def write_time(
    visit: Appointment,
    starts_at: datetime,
    ends_at: datetime,
    *,
    is_outside_hours: bool,
    taken: BookingRefused,
    now: datetime,
) -> None:
    """Give the visit another time, with what its status has become. Raises `taken`, PatientBusy."""
    visit.starts_at, visit.ends_at = starts_at, ends_at
    visit.is_outside_hours = is_outside_hours
    visit.sequence += 1
    visit.attendance_confirmed_at = None
    expire_holds(visit.doctor_id, starts_at, ends_at, now)
    fields = ["starts_at", "ends_at", "status", "answer_by", "is_outside_hours", "sequence",
              "attendance_confirmed_at"]  # fmt: skip
    with violation_as({SLOT_TAKEN: taken, PATIENT_TAKEN: PatientBusy()}):
        visit.save(update_fields=fields)


def was_moved_by(visit: Appointment, actor: User | None) -> bool:
    """The last change was this same move: the form was sent again."""
    last = visit.changes.order_by("-id").first()
    return (
        last is not None
        and last.kind == ChangeKind.RESCHEDULED
        and last.actor_id == (actor.pk if actor else None)
    )
