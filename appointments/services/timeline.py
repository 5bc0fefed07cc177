"""A change writes its line and its event, or does not happen."""

from datetime import datetime

from accounts.models import User
from appointments.enums import ChangeKind
from appointments.models import Appointment, AppointmentChange
from core.events import record


def record_change(
    appointment: Appointment,
    *,
    kind: ChangeKind,
    actor: User | None,
    at: datetime,
    from_status: str = "",
    from_starts_at: datetime | None = None,
    by_desk: bool = False,
    is_override: bool = False,
    message: str = "",
    reason: str = "",
    note: str = "",
) -> AppointmentChange:
    """Append to the timeline and record the event `appointment.<kind>` in this transaction.

    `message` is what the desk wrote to the patient: sealed, for pages, never for a mail. `reason`
    and `note`, sealed too and for the desk alone, say why what was said of who came is put right.
    """
    change = AppointmentChange(
        appointment=appointment,
        kind=kind,
        actor=actor,
        at=at,
        from_status=from_status,
        to_status=appointment.status,
        from_starts_at=from_starts_at,
        to_starts_at=appointment.starts_at,
        sequence=appointment.sequence,
        by_desk=by_desk,
        is_override=is_override,
        minutes_late=appointment.minutes_late,
        reason=reason,
    )
    change.message, change.note = message, note
    change.save(force_insert=True)
    record(
        f"appointment.{kind}",
        subject_id=appointment.public_id,
        actor=actor,
        at=at,
        data={"change": change.pk},
    )
    return change
