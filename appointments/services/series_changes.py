"""«Esta y las siguientes»: what comes of a series is moved or cancelled from one visit on."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.services import keep_invited
from appointments.enums import CANCELLED, ChangeKind, Status
from appointments.models import Appointment, Series
from appointments.refusals import (
    BookingRefused,
    ClinicClosed,
    DatesChanged,
    DatesRefused,
    NothingToMove,
    SameTime,
    ServiceBusy,
    VisitNotStanding,
    VisitOver,
)
from appointments.series import Wish, read_diary, shifted_dates
from appointments.services.cancelling import cancel_appointment
from appointments.services.desk_moving import place_anew
from appointments.services.locks import lock_doctor, lock_patient
from appointments.services.moving import was_moved_by
from appointments.services.offers import current_clinic
from appointments.services.series import patient_of, record_act, warnings_of
from appointments.services.sparing import spare_patient
from core.db import once_more

Move = tuple[Appointment, Wish]


@once_more(ServiceBusy)
@transaction.atomic
def cancel_from_here(
    *,
    appointment: Appointment,
    actor: User | None,
    status: Status,
    now: datetime,
    by_desk: bool = False,
    message: str = "",
    chosen: Collection[int] | None = None,
    told_fees: Mapping[int, str] | None = None,
) -> list[Appointment]:
    """Cancel what still comes from the visit on, or those of it that were `chosen` (primary keys),
    each by the rules of one visit: all, or none. `told_fees` are the fees as the page said them.

    Cancelled already: nothing, again. Raises DatesChanged where one that was chosen has begun or is
    not among them any more; FeeToTell, ServiceBusy.
    """
    visits = [
        cancel_appointment(
            appointment=visit,
            actor=actor,
            status=status,
            now=now,
            by_desk=by_desk,
            message=message,
            told_fee=(told_fees or {}).get(visit.pk, ""),
        )
        for visit in _from_here(appointment, now)
        if chosen is None or visit.pk in chosen
    ]
    _require_gone(appointment, chosen or ())
    if visits:
        record_act(_series_of(appointment), ChangeKind.CANCELLED, visits, at=now)
    return visits


@once_more(ServiceBusy)
@transaction.atomic
def move_from_here(
    *,
    appointment: Appointment,
    starts_at: datetime,
    wishes: Collection[Wish],
    actor: User,
    now: datetime,
    message: str = "",
) -> list[Appointment]:
    """Move the visit to `starts_at`, and what comes after it by as much; each wish, by the visit's
    public id, says where its visit goes, or that it stays. All, or none; posted twice, once.

    Raises DatesRefused with a reason for each date in the way, DatesChanged, NothingToMove,
    SameTime, VisitNotStanding, VisitOver, ClinicClosed, TooManyChanges, ServiceBusy.
    """
    assert appointment.patient is not None
    lock_patient(appointment.patient)
    lock_doctor(appointment.doctor_id)
    visits = _from_here(appointment, now)
    current = _current(appointment, visits, now)
    if current.starts_at == starts_at:
        if was_moved_by(current, actor):
            return []
        raise SameTime
    spare_patient(patient_of(current), doctor_id=current.doctor_id, now=now)
    moves = _moves(current, starts_at, visits, wishes)
    moved = _move(current, moves, actor, now, message)
    keep_invited(patient_of(current), actor=actor, now=now)
    stay = {visit.pk for visit in visits} - {visit.pk for visit in moved}
    skipped = [v.starts_at for v in visits if v.pk in stay]
    record_act(_series_of(current), ChangeKind.RESCHEDULED, moved, at=now, skipped=skipped)
    return moved


def _from_here(appointment: Appointment, now: datetime) -> list[Appointment]:
    """The rows, locked in one order for everybody; in the order of their times."""
    here = Appointment.objects.filter(pk=appointment.pk).values("starts_at")
    rows = Appointment.objects.standing().select_for_update(of=("self",))
    found = rows.filter(
        in_series__series__places__appointment=appointment,
        starts_at__gte=here,
        starts_at__gt=now,
    ).order_by("pk")
    return sorted(found, key=lambda visit: (visit.starts_at, visit.pk))


def _require_gone(appointment: Appointment, chosen: Collection[int]) -> None:
    """Nobody is told that a visit is cancelled which is not."""
    others = Appointment.objects.filter(in_series__series__places__appointment=appointment)
    if others.filter(pk__in=chosen).exclude(status__in=CANCELLED).exists():
        raise DatesChanged


def _current(appointment: Appointment, visits: list[Appointment], now: datetime) -> Appointment:
    found = next((visit for visit in visits if visit.pk == appointment.pk), None)
    if found is not None:
        return found
    fresh = Appointment.objects.get(pk=appointment.pk)
    raise VisitOver if fresh.is_standing else VisitNotStanding


def _moves(
    current: Appointment,
    starts_at: datetime,
    visits: list[Appointment],
    wishes: Collection[Wish],
) -> list[Move]:
    dates = shifted_dates(current, starts_at, visits)
    expected = [(str(v.public_id), date) for v, date in zip(visits, dates, strict=True)]
    if [(wish.key, wish.wished) for wish in wishes] != expected:
        raise DatesChanged
    moves = [
        (visit, wish)
        for visit, wish in zip(visits, wishes, strict=True)
        if wish.starts_at is not None and wish.starts_at != visit.starts_at
    ]
    if not moves:
        raise NothingToMove
    return moves


def _move(
    current: Appointment, moves: list[Move], actor: User, now: datetime, message: str
) -> list[Appointment]:
    clinic = current_clinic(current.clinic)
    if clinic.archived_at is not None:
        raise ClinicClosed
    leaving = [visit for visit, _wish in moves]
    wishes = [wish for _visit, wish in moves]
    diary = read_diary(clinic, patient_of(current), wishes, now=now, ignoring=leaving)
    found = warnings_of(diary, wishes)
    for visit, wish in _in_turn(moves):
        start, end = _span(wish)
        try:
            place_anew(visit, start, end, found[wish.key], actor=actor, now=now, message=message)
        except BookingRefused as refusal:
            raise DatesRefused({wish.key: refusal}) from refusal
    return sorted(leaving, key=lambda visit: (visit.starts_at, visit.pk))


def _in_turn(moves: list[Move]) -> Iterator[Move]:
    """Each once nobody stands any more where it goes: the constraint looks at every step. Two that
    change places are left to it, and refused.
    """
    left = list(moves)
    while left:
        turn = next((one for one in left if not _is_blocked(one, left)), left[0])
        left.remove(turn)
        yield turn


def _is_blocked(move: Move, others: list[Move]) -> bool:
    start, end = _span(move[1])
    return any(
        other.starts_at < end and start < other.ends_at
        for other, _wish in others
        if other.pk != move[0].pk
    )


def _span(wish: Wish) -> tuple[datetime, datetime]:
    assert wish.starts_at is not None
    return wish.starts_at, wish.starts_at + timedelta(minutes=wish.minutes)


def _series_of(appointment: Appointment) -> Series:
    return Series.objects.get(places__appointment=appointment)
