"""Patients whose time cannot be are asked for another one: a few are held for each of them.

Locks as everywhere (locks.py): patient, doctor, visit; the question last.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from appointments.enums import STANDING, ChangeKind, RelocationEnd, Status
from appointments.impact import alternatives
from appointments.models import Appointment, Relocation, RelocationTime
from appointments.refusals import ServiceBusy, SlotNotOffered, SlotTaken
from appointments.relocation_refusals import RelocationOver
from appointments.services.cancelling import write_cancelled
from appointments.services.locks import expire_holds, lock_doctor, lock_patient
from appointments.services.moving import write_time
from appointments.services.timeline import record_change
from core.db import once_more
from core.nights import awake, is_quiet, morning_after
from doctors.models import Doctor

# How many times are held for each patient, and of how many around their own they are chosen: enough
# for different days.
CHOICES = 3
EARLIER, LATER = 8, 80
# Whose time would end at night has so much of the morning.
OF_THE_MORNING = timedelta(hours=1)


def answer_until(visit: Appointment, within: timedelta, now: datetime) -> datetime:
    """Who is asked at night has their time from the morning on, when the letter comes; nobody has
    to answer at night, nor after the visit would have begun. By the clinic's clock.
    """
    zone = ZoneInfo(visit.zone)
    until = awake(now, zone) + within
    if is_quiet(until, zone):
        until = morning_after(until, zone) + OF_THE_MORNING
    return min(until, visit.starts_at)


def ask_patients(
    visits: Sequence[Appointment],
    *,
    cause_id: uuid.UUID,
    within: timedelta,
    message: str,
    actor: User,
    now: datetime,
) -> list[Appointment]:
    """Hold times for each visit's patient and ask; the doctor's row and the visits' are locked.

    Each gets the nearest times in turn, on different days where there are. Returns the visits for
    which nothing is free: they are not asked about.
    """
    if not visits:
        return []
    free = alternatives(visits, now=now, earlier=EARLIER, later=LATER + CHOICES * len(visits))
    times = _shared_out(visits, free)
    for visit in visits:
        if times[visit.pk]:
            _ask(visit, times[visit.pk], cause_id, answer_until(visit, within, now), message, actor,
                 now)  # fmt: skip
    return [visit for visit in visits if not times[visit.pk]]


def _shared_out(
    visits: Sequence[Appointment], free: dict[int, list[datetime]]
) -> dict[int, list[datetime]]:
    """No two of them overlap: they are all of one doctor."""
    given: dict[int, list[datetime]] = {visit.pk: [] for visit in visits}
    taken: list[tuple[datetime, datetime]] = []
    for _round in range(CHOICES):
        for visit in visits:
            length = visit.ends_at - visit.starts_at
            open_yet = [
                at for at in free[visit.pk]
                if not any(at < end and start < at + length for start, end in taken)
            ]  # fmt: skip
            if open_yet:
                chosen = _next_for(visit, given[visit.pk], open_yet)
                given[visit.pk].append(chosen)
                taken.append((chosen, chosen + length))
    return {pk: sorted(times) for pk, times in given.items()}


def _next_for(visit: Appointment, given: Sequence[datetime], free: list[datetime]) -> datetime:
    zone = ZoneInfo(visit.zone)
    days = {at.astimezone(zone).date() for at in given}
    other_days = [at for at in free if at.astimezone(zone).date() not in days] or free
    later = [at for at in other_days if at > visit.starts_at]
    return later[0] if later else other_days[-1]


def _ask(
    visit: Appointment,
    times: Iterable[datetime],
    cause_id: uuid.UUID,
    answer_by: datetime,
    message: str,
    actor: User,
    now: datetime,
) -> None:
    _end(Relocation.objects.filter(visit=visit, end=""), RelocationEnd.VOID, now)
    question = Relocation.objects.create(
        visit=visit,
        cause_id=cause_id,
        asked_starts_at=visit.starts_at,
        asked_by=actor,
        asked_at=now,
        answer_by=answer_by,
    )
    for starts_at in times:
        ends_at = starts_at + (visit.ends_at - visit.starts_at)
        expire_holds(visit.doctor_id, starts_at, ends_at, now)
        hold = Appointment.objects.create(
            doctor_id=visit.doctor_id,
            clinic_id=visit.clinic_id,
            starts_at=starts_at,
            ends_at=ends_at,
            status=Status.HELD,
            hold_expires_at=answer_by,
            created_at=now,
        )
        RelocationTime.objects.create(relocation=question, starts_at=starts_at, hold=hold)
    visit.is_outside_hours = True
    # The reminders of a time that cannot be are not sent.
    visit.sequence += 1
    visit.attendance_confirmed_at = None
    visit.save(update_fields=["is_outside_hours", "sequence", "attendance_confirmed_at"])
    record_change(
        visit,
        kind=ChangeKind.ASKED,
        actor=actor,
        at=now,
        from_status=visit.status,
        by_desk=True,
        message=message,
    )


@once_more(ServiceBusy)
@transaction.atomic
def choose_time(
    *, relocation: Relocation, starts_at: datetime, actor: User | None, now: datetime
) -> Appointment:
    """Move the visit to one of the times that are held for it; the clinic needs not confirm what it
    offered. `actor` is None for who has no account. Chosen twice, it moves once.

    Raises RelocationOver, SlotTaken when the hold is gone, SlotNotOffered when the doctor's account
    was stopped since, PatientBusy, ServiceBusy.
    """
    visit = _lock(relocation)
    current = Relocation.objects.select_for_update(of=("self",)).get(pk=relocation.pk)
    if current.end == RelocationEnd.MOVED and visit.starts_at == starts_at:
        return visit
    _require_open(current, visit, now)
    chosen = current.times.select_related("hold").filter(starts_at=starts_at).first()
    if chosen is None or chosen.hold is None or not chosen.hold.is_live_hold(now):
        raise SlotTaken
    if not Doctor.objects.filter(pk=visit.doctor_id, user__is_active=True).exists():
        raise SlotNotOffered
    ends_at = starts_at + (visit.ends_at - visit.starts_at)
    before, status = visit.starts_at, visit.status
    visit.status, visit.answer_by = Status.BOOKED, None
    _end(Relocation.objects.filter(pk=current.pk), RelocationEnd.MOVED, now)
    write_time(visit, starts_at, ends_at, is_outside_hours=False, taken=SlotTaken(), now=now)
    record_change(
        visit,
        kind=ChangeKind.RESCHEDULED,
        actor=actor,
        at=now,
        from_status=status,
        from_starts_at=before,
    )
    return visit


@once_more(ServiceBusy)
@transaction.atomic
def give_up_visit(*, relocation: Relocation, actor: User | None, now: datetime) -> Appointment:
    """None of the times will do: the visit is cancelled, and costs nothing whatever its deadline.

    Given up already: returned as it is. Raises RelocationOver, ServiceBusy.
    """
    visit = _lock(relocation)
    current = Relocation.objects.select_for_update(of=("self",)).get(pk=relocation.pk)
    if current.end == RelocationEnd.CANCELLED:
        return visit
    _require_open(current, visit, now)
    write_cancelled(visit, Status.CANCELLED_BY_PATIENT, actor=actor, now=now)
    _end(Relocation.objects.filter(pk=current.pk), RelocationEnd.CANCELLED, now)
    return visit


def lapse_relocations(*, now: datetime) -> int:
    """Cancel the visits of those who did not answer in time, with the desk's message; let go of
    what is held for visits that were moved or cancelled otherwise. Returns how many ended.

    Each in a transaction of its own; what somebody answers at this moment is left to them.
    """
    due = _finished(now).order_by("answer_by").values_list("pk", flat=True)
    return sum(_lapse(pk, now) for pk in due)


def _finished(now: datetime) -> "QuerySet[Relocation]":
    elsewhere = ~Q(visit__status__in=sorted(STANDING)) | ~Q(visit__starts_at=F("asked_starts_at"))
    return Relocation.objects.filter(Q(answer_by__lte=now) | elsewhere, end="")


@transaction.atomic
def _lapse(pk: int, now: datetime) -> bool:
    visits = Appointment.objects.select_for_update(of=("self",), skip_locked=True)
    visit = visits.filter(relocations__pk=pk, relocations__end="").first()
    if visit is None:
        return False
    current = _finished(now).select_for_update(of=("self",), skip_locked=True)
    question = current.filter(pk=pk).first()
    if question is None:
        return False
    mine = Relocation.objects.filter(pk=question.pk)
    if not visit.is_standing or visit.starts_at != question.asked_starts_at:
        _end(mine, RelocationEnd.VOID, now)
        return True
    asked = visit.changes.filter(kind=ChangeKind.ASKED).order_by("-id").first()
    message = asked.message if asked is not None and asked.message_sealed else ""
    write_cancelled(
        visit, Status.CANCELLED_BY_DOCTOR, actor=None, now=now, by_desk=True, message=message
    )
    _end(mine, RelocationEnd.LAPSED, now)
    return True


def _lock(relocation: Relocation) -> Appointment:
    visit = relocation.visit
    assert visit.patient is not None
    lock_patient(visit.patient)
    lock_doctor(visit.doctor_id)
    return Appointment.objects.select_for_update(of=("self",)).get(pk=visit.pk)


def _require_open(current: Relocation, visit: Appointment, now: datetime) -> None:
    if current.end or current.answer_by <= now:
        raise RelocationOver
    if not visit.is_standing or visit.starts_at != current.asked_starts_at:
        raise RelocationOver


def _end(questions: "QuerySet[Relocation]", end: RelocationEnd, now: datetime) -> None:
    """And let go of everything that was held for them."""
    held = Appointment.objects.filter(
        relocation_time__relocation__in=questions.values("pk"), status=Status.HELD
    )
    held.update(status=Status.EXPIRED)
    questions.update(end=end, ended_at=now)
