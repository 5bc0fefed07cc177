"""Changes of a schedule that could strand visits: looked at first, then made with an answer each.

The look is the change itself, made and rolled back: what it shows is what would be there.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.db import transaction

from accounts.models import User
from accounts.services import keep_invited
from appointments.enums import ChangeKind, Status
from appointments.impact import (
    Affected,
    Trouble,
    alternatives,
    coming_visits,
    fits,
    live_holds,
    misplaced,
    newly_misplaced,
    wall_times,
    zones_of,
)
from appointments.models import Appointment
from appointments.refusals import (
    BookingRefused,
    ServiceBusy,
    SlotNotOffered,
    SlotTaken,
    VisitsUnsettled,
)
from appointments.relocation_refusals import NothingToOffer
from appointments.services.cancelling import write_cancelled
from appointments.services.locks import lock_doctor
from appointments.services.moving import write_time
from appointments.services.relocating import ask_patients
from appointments.services.timeline import record_change
from core.db import once_more
from core.events import record
from doctors.models import Doctor


class ScheduleChange(Protocol):
    """What may strand visits. `event` (about `subject_id`) is recorded when it is made."""

    @property
    def doctor(self) -> Doctor: ...

    @property
    def event(self) -> str: ...

    @property
    def subject_id(self) -> uuid.UUID: ...

    def apply(self, *, actor: User, now: datetime) -> None:
        """Write the rows, the doctor's row being locked. May raise a core.db.Refusal."""


class Act(StrEnum):
    KEEP = "keep"
    MOVE = "move"
    CANCEL = "cancel"
    ASK = "ask"


@dataclass(frozen=True)
class Answer:
    """What becomes of one visit. `seen` is the start that the desk saw (UTC)."""

    act: Act
    seen: datetime
    starts_at: datetime | None = None


class AnswerRefused(BookingRefused):
    """One visit cannot go where its answer says: taken, closed, or its patient is elsewhere."""

    def __init__(self, visit_id: uuid.UUID, sentence: str) -> None:
        super().__init__(sentence)
        self.visit_id = visit_id


@dataclass(frozen=True)
class Preview:
    affected: list[Affected]
    alternatives: dict[int, list[datetime]]
    holds: int


@once_more(ServiceBusy)
def preview_change(*, change: ScheduleChange, actor: User, now: datetime) -> Preview:
    """What the change would touch. Writes nothing. Raises what `apply` raises, and ServiceBusy."""
    with transaction.atomic():
        affected, holds = _apply(change, actor, now)
        preview = Preview(affected, alternatives([a.visit for a in affected], now=now), len(holds))
        transaction.set_rollback(True)
    return preview


@once_more(ServiceBusy)
@transaction.atomic
def make_change(
    *,
    change: ScheduleChange,
    answers: Mapping[uuid.UUID, Answer],
    message: str = "",
    answer_within: timedelta = timedelta(hours=4),
    actor: User,
    now: datetime,
) -> list[Affected]:
    """Make the change and do with each touched visit what its answer says, all or nothing.

    `message` goes to the patients of moved, asked and cancelled visits. Raises VisitsUnsettled when
    the touched visits are not exactly those answered, AnswerRefused for a visit that cannot move
    there, ServiceBusy, and what `apply` raises.
    """
    affected, holds = _apply(change, actor, now)
    if {a.visit.public_id: a.visit.starts_at for a in affected} != {
        public_id: answer.seen for public_id, answer in answers.items()
    }:
        raise VisitsUnsettled
    for held in holds:
        Appointment.objects.filter(pk=held.pk).update(status=Status.EXPIRED)
    record(change.event, subject_id=change.subject_id, actor=actor, at=now)
    for one in affected:  # first what frees times, then what takes them
        if answers[one.visit.public_id].act == Act.CANCEL:
            write_cancelled(
                one.visit, Status.CANCELLED_BY_DOCTOR, actor=actor, now=now, by_desk=True,
                message=message,
            )  # fmt: skip
    for one in affected:
        answer = answers[one.visit.public_id]
        if answer.act == Act.KEEP:
            _keep(one, actor, now)
        elif answer.act == Act.MOVE:
            try:
                _move(one.visit, answer.starts_at, message, actor, now)
            except BookingRefused as refusal:
                raise AnswerRefused(one.visit.public_id, str(refusal)) from refusal
    asked = [one.visit for one in affected if answers[one.visit.public_id].act == Act.ASK]
    for visit in ask_patients(
        asked, cause_id=change.subject_id, within=answer_within, message=message, actor=actor,
        now=now,
    ):  # fmt: skip
        raise AnswerRefused(visit.public_id, str(NothingToOffer.message))
    for patient in {one.visit.patient for one in affected if one.visit.patient}:
        keep_invited(patient, actor=actor, now=now)
    return affected


def _apply(
    change: ScheduleChange, actor: User, now: datetime
) -> tuple[list[Affected], list[Appointment]]:
    """Visits that the change misplaces, or whose clock differs after it; and holds likewise."""
    lock_doctor(change.doctor.pk)
    # The rows too: a patient who cancels waits for nobody but the visit's own row.
    list(
        Appointment.objects.standing()
        .filter(doctor=change.doctor, starts_at__gt=now)
        .order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk")
    )
    visits, holds = coming_visits(change.doctor, now), live_holds(change.doctor, now)
    clocks = wall_times(visits, zones_of(change.doctor))
    before = misplaced(change.doctor, [*visits, *holds])
    change.apply(actor=actor, now=now)
    visits = coming_visits(change.doctor, now)
    after = newly_misplaced(before, misplaced(change.doctor, [*visits, *holds]))
    clocks_after = wall_times(visits, zones_of(change.doctor))
    affected = []
    for visit in visits:
        is_other_clock = clocks[visit.pk] != clocks_after[visit.pk]
        if visit.pk in after or is_other_clock:
            trouble = after.get(visit.pk, Trouble.OTHER_CLOCK)
            affected.append(Affected(visit, trouble, clocks[visit.pk], is_other_clock))
    return affected, [h for h in holds if h.pk in after]


def _keep(one: Affected, actor: User, now: datetime) -> None:
    visit = one.visit
    is_override = one.trouble != Trouble.OTHER_CLOCK
    visit.is_outside_hours = visit.is_outside_hours or is_override
    # The instant stays; what the patient reads on the clock may not: that is news.
    visit.sequence += one.is_other_clock
    visit.save(update_fields=["is_outside_hours", "sequence"])
    record_change(
        visit,
        kind=ChangeKind.RESCHEDULED if one.is_other_clock else ChangeKind.KEPT,
        actor=actor,
        at=now,
        from_status=visit.status,
        from_starts_at=visit.starts_at if one.is_other_clock else None,
        by_desk=True,
        is_override=is_override,
    )


def _move(
    visit: Appointment, starts_at: datetime | None, message: str, actor: User, now: datetime
) -> None:
    """To a time that the new schedule offers; the visit keeps its length."""
    if starts_at is None or not fits(visit, starts_at, now=now):
        raise SlotNotOffered
    before, length = visit.starts_at, visit.ends_at - visit.starts_at
    ends_at = starts_at + length
    write_time(visit, starts_at, ends_at, is_outside_hours=False, taken=SlotTaken(), now=now)
    record_change(
        visit,
        kind=ChangeKind.RESCHEDULED,
        actor=actor,
        at=now,
        from_status=visit.status,
        from_starts_at=before,
        by_desk=True,
        message=message,
    )
