"""Which coming visits a schedule does not carry (any more), and where they could go instead."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from appointments import availability
from appointments.availability import Interval, floor_seconds
from appointments.enums import Status
from appointments.models import Absence, Appointment
from appointments.queries import office_of, taken_times
from clinics.models import Clinic
from doctors.models import Doctor

# How far from its old time a visit is offered another one, and how many.
SEARCH = timedelta(days=28)
EARLIER, LATER = 4, 8


class Trouble(StrEnum):
    """Why a visit does not fit, what is said first coming first; the engine's own words
    (Obstacle) among them.
    """

    ARCHIVED = "archived"
    ABSENCE = "absence"
    DAY_CLOSED = "day_closed"
    OUTSIDE_HOURS = "outside_hours"
    BLOCKED = "blocked"
    # Same instant, but the clinic's clock now shows another time.
    OTHER_CLOCK = "other_clock"


@dataclass(frozen=True)
class Affected:
    """A visit that a change touches. `was` is the clinic's wall time before it, and
    `is_other_clock` says that it shows another one now, whatever else is the trouble.
    """

    visit: Appointment
    trouble: Trouble
    was: datetime
    is_other_clock: bool = False


def coming_visits(doctor: Doctor, now: datetime) -> list[Appointment]:
    """Visits and requests that have not begun, in all clinics, archived ones too."""
    visits = Appointment.objects.standing().filter(doctor=doctor, starts_at__gt=now)
    return list(visits.with_people().order_by("starts_at", "id"))


def live_holds(doctor: Doctor, now: datetime) -> list[Appointment]:
    return list(
        Appointment.objects.filter(doctor=doctor, status=Status.HELD, hold_expires_at__gt=now)
    )


def misplaced(doctor: Doctor, visits: Sequence[Appointment]) -> dict[int, set[Trouble]]:
    """Visits (by primary key) that their clinic's schedule or an absence does not carry.

    Three queries, for any number of visits.
    """
    clinics = {clinic.pk: clinic for clinic in Clinic.objects.with_schedule().filter(doctor=doctor)}
    absences = list(
        Absence.objects.filter(doctor=doctor, ends_at__gt=min(v.starts_at for v in visits))
        if visits
        else []
    )
    found: dict[int, set[Trouble]] = {}
    for clinic_id, group in _by_clinic(visits).items():
        clinic = clinics[clinic_id]
        stretches = {visit.pk: _stretch(visit) for visit in group}
        odd = availability.misplaced(office_of(clinic), stretches.values())
        for visit in group:
            troubles = {Trouble(reason) for reason in odd.get(stretches[visit.pk], ())}
            if clinic.archived_at is not None:
                troubles.add(Trouble.ARCHIVED)
            if any(a.starts_at < visit.ends_at and visit.starts_at < a.ends_at for a in absences):
                troubles.add(Trouble.ABSENCE)
            found[visit.pk] = troubles
    return found


def newly_misplaced(
    before: Mapping[int, set[Trouble]], after: Mapping[int, set[Trouble]]
) -> dict[int, Trouble]:
    """What a change does to visits, in a word each. One that stood outside the hours on purpose is
    not touched by other hours, but by a closed date, an absence or an archived clinic it is.
    """
    new = {pk: troubles - before.get(pk, set()) for pk, troubles in after.items()}
    return {
        pk: next(one for one in Trouble if one in troubles)
        for pk, troubles in new.items()
        if troubles
    }


def wall_times(visits: Iterable[Appointment], zones: dict[int, str]) -> dict[int, datetime]:
    """What the clock on the clinic's wall shows when each visit starts (no zone)."""
    return {
        visit.pk: visit.starts_at.astimezone(ZoneInfo(zones[visit.clinic_id])).replace(tzinfo=None)
        for visit in visits
    }


def zones_of(doctor: Doctor) -> dict[int, str]:
    return dict(Clinic.objects.filter(doctor=doctor).values_list("pk", "zone"))


def alternatives(
    visits: Sequence[Appointment], *, now: datetime, earlier: int = EARLIER, later: int = LATER
) -> dict[int, list[datetime]]:
    """Free times of the same clinic and length nearest to each visit's own, ascending; at most so
    many before it and after it.

    The desk decides: a clinic that is paused, or a doctor who is not published, has them too.
    Times at which the patient is elsewhere are left out.
    """
    if not visits:
        return {}
    since = max(now, min(v.starts_at for v in visits) - SEARCH)
    until = max(v.starts_at for v in visits) + SEARCH
    free = _free_for(visits, now=now, since=since, until=until)
    engaged = _engagements(visits, since, until)
    return {
        visit.pk: _nearest(
            [
                time
                for time in _close(free[visit.clinic_id, _minutes(visit)], visit.starts_at, later)
                if not any(
                    start < time + (visit.ends_at - visit.starts_at) and time < end
                    for start, end in engaged[visit.patient_id]
                )
            ],
            visit.starts_at,
            earlier,
            later,
        )
        for visit in visits
    }


def fits(visit: Appointment, starts_at: datetime, *, now: datetime) -> bool:
    """Whether the visit, as long as it is, could stand at that time of its clinic instead."""
    until = starts_at + timedelta(seconds=1)
    free = _free_for([visit], now=now, since=starts_at, until=until, ignoring=visit)
    return starts_at in free[visit.clinic_id, _minutes(visit)]


def _free_for(
    visits: Sequence[Appointment],
    *,
    now: datetime,
    since: datetime,
    until: datetime,
    ignoring: Appointment | None = None,
) -> dict[tuple[int, int], list[datetime]]:
    """Free starts by (clinic, minutes of the visit); two queries for any number of visits."""
    ids = {visit.clinic_id for visit in visits}
    clinics = {c.pk: c for c in Clinic.objects.with_schedule().filter(pk__in=ids)}
    taken = taken_times({c.doctor_id for c in clinics.values()}, now, since, until, ignoring)
    free: dict[tuple[int, int], list[datetime]] = {}
    for clinic_id, minutes in {(v.clinic_id, _minutes(v)) for v in visits}:
        clinic = clinics[clinic_id]
        office = office_of(clinic)
        free[clinic_id, minutes] = (
            []
            if clinic.archived_at
            else availability.free_starts(
                replace(office, slot_minutes=minutes, step_minutes=office.step // 60),
                busy=taken.seen_from(clinic),
                now=now,
                since=since,
                until=until,
            )
        )
    return free


def _close(times: list[datetime], around: datetime, later: int) -> list[datetime]:
    """More than will be offered: some of them do not suit the patient."""
    at = bisect_left(times, around)
    return times[max(0, at - 4 * later) : at + 4 * later]


def _nearest(times: list[datetime], around: datetime, earlier: int, later: int) -> list[datetime]:
    """Mostly later ones: an earlier time is harder to make room for."""
    at = bisect_left(times, around)
    return times[max(0, at - earlier) : at + later]


def _engagements(
    visits: Sequence[Appointment], since: datetime, until: datetime
) -> dict[int | None, list[tuple[datetime, datetime]]]:
    """Visits of the same patients with anybody else. One query."""
    engaged: dict[int | None, list[tuple[datetime, datetime]]] = defaultdict(list)
    others = Appointment.objects.standing().exclude(pk__in=[v.pk for v in visits])
    others = others.filter(patient__in={v.patient_id for v in visits})
    for patient_id, start, end in others.overlapping(since, until + timedelta(days=1)).values_list(
        "patient_id", "starts_at", "ends_at"
    ):
        engaged[patient_id].append((start, end))
    return engaged


def _by_clinic(visits: Iterable[Appointment]) -> dict[int, list[Appointment]]:
    groups: dict[int, list[Appointment]] = defaultdict(list)
    for visit in visits:
        groups[visit.clinic_id].append(visit)
    return groups


def _minutes(visit: Appointment) -> int:
    return int((visit.ends_at - visit.starts_at).total_seconds()) // 60


def _stretch(visit: Appointment) -> Interval:
    return Interval(floor_seconds(visit.starts_at), availability.ceil_seconds(visit.ends_at))
