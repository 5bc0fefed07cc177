"""Free times and their reasons, read for many clinics in a fixed number of queries.

`free_times` is the one function that decides: lists, holds, bookings and moves all ask it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import CharField, F, Value

from appointments import availability
from appointments.availability import Dated, ExceptionKind, Interval, Obstacle, Office, Weekly
from appointments.enums import HOLDING_SLOT, ChangeKind, Status
from appointments.models import Absence, Appointment, ExternalBusy
from clinics.models import Clinic
from clinics.timetables import SpecialDay
from core.db import planned_cursor
from doctors.models import Doctor

MAX_VISIT = timedelta(days=1)
# Buffers and travel reach out of the window asked for; absences are found by overlap anyway.
MARGIN = timedelta(hours=12)
# How far "next free time" looks: nearly all are found in the first month.
FIRST_LOOK = timedelta(days=30)
LOOK_AHEAD = timedelta(days=120)


class Busy(NamedTuple):
    """A stretch of a doctor's time, before travel; `kind` is a Status, ABSENCE or EXTERNAL."""

    start: int
    end: int
    kind: str
    clinic_id: int | None


class Away(NamedTuple):
    """Busy without a visit, as a page shows it; `kind` is ABSENCE or EXTERNAL."""

    doctor_id: int
    starts_at: datetime
    ends_at: datetime
    kind: str
    note: str


@dataclass(frozen=True)
class Reason:
    """A rule that closes a time, and what kind of thing is in the way where one is."""

    obstacle: str
    kind: str = ""


# Each page with times asks this: as the ORM's union it would cost more than its answer. Seconds
# since 1970 are half the cost of a datetime for rows that we only compare.
HOLDING = ", ".join(f"'{status}'" for status in sorted(HOLDING_SLOT))
BUSY = f"""
SELECT doctor_id, floor(extract(epoch FROM starts_at))::bigint,
       ceil(extract(epoch FROM ends_at))::bigint, status, clinic_id
FROM appointments_appointment
WHERE doctor_id = ANY(%(doctors)s::bigint[]) AND status IN ({HOLDING})
  AND starts_at > %(early)s AND starts_at < %(high)s AND ends_at > %(low)s
  AND (status <> 'held' OR hold_expires_at > %(now)s) AND id IS DISTINCT FROM %(ignoring)s::bigint
UNION ALL
SELECT doctor_id, floor(extract(epoch FROM starts_at))::bigint,
       ceil(extract(epoch FROM ends_at))::bigint, 'absence', NULL
FROM appointments_absence
WHERE doctor_id = ANY(%(doctors)s::bigint[]) AND starts_at < %(high)s AND ends_at > %(low)s
UNION ALL
SELECT doctor_id, floor(extract(epoch FROM starts_at))::bigint,
       ceil(extract(epoch FROM ends_at))::bigint, 'external', NULL
FROM appointments_externalbusy
WHERE doctor_id = ANY(%(doctors)s::bigint[]) AND starts_at < %(high)s AND ends_at > %(low)s
"""  # nosec B608 -- names of our own
WAYS = """
SELECT c.doctor_id, t.from_clinic_id, t.to_clinic_id, 'travel', t.minutes * 60
FROM clinics_traveltime t JOIN clinics_clinic c ON c.id = t.from_clinic_id
WHERE c.doctor_id = ANY(%(doctors)s::bigint[]) AND t.minutes > 0
"""
BUSY_AND_WAYS = f"{BUSY} UNION ALL {WAYS}"
# Kinds of busy time that are no visit: time off, and what another calendar says.
ABSENCE, EXTERNAL = "absence", "external"
NOT_TAKING_PATIENTS = "not_taking_patients"
TRAVEL = "travel"


def free_times(
    clinics: Sequence[Clinic],
    *,
    now: datetime,
    since: datetime,
    until: datetime,
    ignoring: Appointment | None = None,
    taken: "Taken | None" = None,
) -> dict[int, list[datetime]]:
    """Offered starts of each clinic (by primary key), ascending, UTC; at most one query.

    The clinics come `with_schedule()`. Clinics that take no patients have none. `ignoring` is a
    visit or hold that does not stand in its own way. `taken` spares the query to those who read
    everything that `taken_times` would.
    """
    if taken is None:
        taken = taken_times({c.doctor_id for c in clinics}, now, since, until, ignoring)
    times: dict[int, list[datetime]] = {}
    for clinic in clinics:
        seconds = free_seconds(clinic, taken=taken, now=now, since=since, until=until)
        times[clinic.pk] = [datetime.fromtimestamp(second, UTC) for second in seconds]
    return times


def free_seconds(
    clinic: Clinic, *, taken: "Taken", now: datetime, since: datetime, until: datetime
) -> list[int]:
    """`free_times` of one clinic, in seconds since 1970, of rows that were read already."""
    if not is_bookable(clinic):
        return []
    return availability.free_seconds(
        office_of(clinic),
        busy=taken.seen_from(clinic),
        now=now,
        since=availability.ceil_seconds(since),
        until=availability.ceil_seconds(until),
    )


def is_bookable(clinic: Clinic) -> bool:
    """As `Clinic.objects.bookable()`, of a clinic that was read `with_schedule()`."""
    doctor = clinic.doctor
    is_open = clinic.is_active and doctor.is_published and doctor.takes_new_patients
    return is_open and clinic.owner_is_active


def is_offered(
    clinic: Clinic, starts_at: datetime, *, now: datetime, ignoring: Appointment | None = None
) -> bool:
    """Whether `starts_at` is among the clinic's free times at `now`."""
    until = starts_at + timedelta(seconds=1)
    times = free_times([clinic], now=now, since=starts_at, until=until, ignoring=ignoring)
    return starts_at in times[clinic.pk]


def next_free_week(
    clinic: Clinic,
    *,
    now: datetime,
    since: datetime,
    ignoring: Appointment | None = None,
    month: Sequence[datetime] | None = None,
) -> Sequence[datetime]:
    """The first free time from `since` on and those of the week after it, all at once.

    Looks a month ahead, and only when it is full as far as LOOK_AHEAD: two queries at the most,
    one with the `month` that `month_ahead` read from `since` on.
    """
    end = since + LOOK_AHEAD
    for until in (since + FIRST_LOOK, end):
        times = month
        if times is None:
            times = free_times(
                [clinic],
                now=now,
                since=since,
                until=until + timedelta(days=7),
                ignoring=ignoring,
            )[clinic.pk]
        if times and times[0] < until:
            return times
        since, month = until, None
    return []


def month_ahead(clinics: Sequence[Clinic], *, now: datetime) -> dict[int, list[datetime]]:
    """Where `next_free_week` looks first, for several clinics at once. One query."""
    until = now + FIRST_LOOK + timedelta(days=7)
    return free_times(clinics, now=now, since=now, until=until)


def nearest_free(
    clinic: Clinic, around: datetime, *, now: datetime, count: int = 6, days: int = 14
) -> list[datetime]:
    """Free times of the clinic closest to `around`, ascending."""
    since = max(now, around - timedelta(days=days))
    until = around + timedelta(days=days)
    times = free_times([clinic], now=now, since=since, until=until)[clinic.pk]
    return sorted(sorted(times, key=lambda time: abs(time - around))[:count])


def explain_time(clinic: Clinic, at: datetime, *, now: datetime) -> list[Reason]:
    """Every rule that closes `at` in this clinic, by the engine's own rules; empty if offered."""
    office = office_of(clinic)
    until = at + timedelta(minutes=clinic.slot_minutes)
    taken = taken_times({clinic.doctor_id}, now, at, until)
    rows, widened = taken.busy.get(clinic.doctor_id, []), taken.seen_from(clinic)
    reasons = [] if is_bookable(clinic) else [Reason(NOT_TAKING_PATIENTS)]
    for obstacle in availability.explain(office, at, busy=widened, now=now):
        if obstacle not in (Obstacle.BUSY, Obstacle.BUFFER):
            reasons.append(Reason(obstacle))
    for row, wide in zip(rows, widened, strict=True):
        plain = availability.explain(office, at, busy=[Interval(row.start, row.end)], now=now)
        far = availability.explain(office, at, busy=[wide], now=now)
        if Obstacle.BUSY in plain:
            reasons.append(Reason(Obstacle.BUSY, row.kind))
        elif Obstacle.BUFFER in plain:
            reasons.append(Reason(Obstacle.BUFFER, row.kind))
        elif Obstacle.BUSY in far or Obstacle.BUFFER in far:
            reasons.append(Reason(TRAVEL, row.kind))
    return reasons


def office_of(clinic: Clinic) -> Office:
    """The engine's view of a clinic that was read `with_schedule()`."""
    return Office(
        zone=ZoneInfo(clinic.zone),
        weekly=tuple(Weekly(*hours) for hours in clinic.week),
        exceptions=dated(clinic.special_days),
        slot_minutes=clinic.slot_minutes,
        step_minutes=clinic.step_minutes,
        buffer_before=clinic.buffer_before,
        buffer_after=clinic.buffer_after,
        min_notice_minutes=clinic.min_notice_minutes,
        horizon_days=clinic.horizon_days,
    )


def dated(days: Iterable[SpecialDay]) -> tuple[Dated, ...]:
    return tuple(
        Dated(day.date, ExceptionKind(day.kind), day.starts_minute, day.ends_minute) for day in days
    )


Travel = dict[tuple[int, int], int]


@dataclass(frozen=True)
class Taken:
    """What blocks each doctor, and the seconds of travel between pairs of their clinics."""

    busy: dict[int, list[Busy]]
    travel: Travel

    def seen_from(self, clinic: Clinic) -> list[Interval]:
        """What blocks its doctor: what is elsewhere is wider by the way there."""
        return with_travel(clinic, self.busy.get(clinic.doctor_id, []), self.travel)


def taken_times(
    doctor_ids: Iterable[int],
    now: datetime,
    since: datetime,
    until: datetime,
    ignoring: Appointment | None = None,
) -> Taken:
    """Visits, live holds, absences, and what other calendars say, around `[since, until)`, and
    the ways between clinics. One query.
    """
    low, high = busy_window(since, until)
    values: dict[str, Any] = {
        "doctors": list(doctor_ids), "now": now, "low": low, "high": high, "early": low - MAX_VISIT,
        "ignoring": ignoring.pk if ignoring else None,
    }  # fmt: skip
    busy: dict[int, list[Busy]] = defaultdict(list)
    travel: Travel = {}
    with planned_cursor() as cursor:
        cursor.execute(BUSY_AND_WAYS, values)
        for doctor_id, start, end, kind, last in cursor.fetchall():
            if kind == TRAVEL:
                travel[start, end] = travel[end, start] = last
            else:
                busy[doctor_id].append(Busy(start, end, kind, last))
    return Taken(busy, travel)


def busy_window(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """What must be known to say which times of `[since, until)` are free."""
    return since - MARGIN, until + MAX_VISIT + MARGIN


def away_around(doctor: Doctor, since: datetime, until: datetime) -> list[Away]:
    """Absences, and what the doctor's other calendars say. One query."""
    absences, external = (
        model.objects.filter(doctor=doctor, starts_at__lt=until, ends_at__gt=since).values_list(
            "doctor_id", "starts_at", "ends_at", Value(kind, output_field=CharField()), note
        )
        for model, kind, note in (
            (Absence, ABSENCE, F("note")),
            (ExternalBusy, EXTERNAL, Value("", output_field=CharField())),
        )
    )
    return sorted(Away(*row) for row in absences.union(external, all=True))


def busy_of(visits: Iterable[Appointment], away: Iterable[Away]) -> dict[int, list[Busy]]:
    """`Taken.busy` of rows that were read already: visits and holds that keep their time."""
    busy: dict[int, list[Busy]] = defaultdict(list)
    for v in visits:
        span = availability.to_busy(v.starts_at, v.ends_at)
        busy[v.doctor_id].append(Busy(*span, v.status, v.clinic_id))
    for row in away:
        span = availability.to_busy(row.starts_at, row.ends_at)
        busy[row.doctor_id].append(Busy(*span, row.kind, None))
    return busy


def travel_times(clinics: Iterable[Clinic]) -> Travel:
    """Seconds between pairs of the given doctors' clinics, both ways. One query."""
    travel: Travel = {}
    with connection.cursor() as cursor:
        cursor.execute(WAYS, {"doctors": list({c.doctor_id for c in clinics})})
        for _doctor, one, other, _kind, seconds in cursor.fetchall():
            travel[one, other] = travel[other, one] = seconds
    return travel


def with_travel(clinic: Clinic, rows: Iterable[Busy], travel: Travel) -> list[Interval]:
    """Busy intervals as seen from `clinic`: those elsewhere are wider by the way there."""
    if not travel:
        return [Interval(row.start, row.end) for row in rows]
    widened = []
    for row in rows:
        way = travel.get((clinic.pk, row.clinic_id), 0) if row.clinic_id else 0
        widened.append(Interval(row.start - way, row.end + way))
    return widened


def live_holds_from(address_digest: str, now: datetime) -> int:
    return Appointment.objects.filter(
        status=Status.HELD, hold_expires_at__gt=now, draft__address_digest=address_digest
    ).count()


def was_moved_by_desk(visit: Appointment) -> bool:
    """Whether the desk, not the patient, chose the time that the visit has now, or asks for another
    one.
    """
    kinds = (ChangeKind.RESCHEDULED, ChangeKind.ASKED)
    last = visit.changes.filter(kind__in=kinds).order_by("-id").first()
    return last is not None and last.by_desk
