"""What the agenda shows of a doctor's time, stretch by stretch; pure, the clock comes in.

Instants are seconds since 1970, as the engine counts them, and every stretch is half-open.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appointments.availability import (
    MINUTE,
    Office,
    ceil_seconds,
    floor_seconds,
    open_windows,
    to_interval,
)
from appointments.enums import Status
from appointments.models import Appointment
from appointments.queries import ABSENCE, EXTERNAL, Away
from clinics.models import Clinic


class Kind(StrEnum):
    CLOSED = "closed"  # outside the opening hours
    PAST = "past"  # was open, and nobody came
    OPEN = "open"  # within the hours, but not offered to patients
    FREE = "free"
    BLOCKED = "blocked"  # a date or a stretch that the clinic is closed
    AWAY = "away"  # an absence of the doctor
    ELSEWHERE = "elsewhere"  # busy in another calendar of the doctor's
    HELD = "held"
    REQUEST = "request"
    VISIT = "visit"
    BUSY = "busy"  # where the person at the desk does not work


TAKEN = frozenset({Kind.HELD, Kind.REQUEST, Kind.VISIT, Kind.BUSY})
# The doctor is not there, wherever the hours are.
GONE = frozenset({Kind.AWAY, Kind.ELSEWHERE})


@dataclass(slots=True, eq=False)
class Stretch:
    kind: Kind
    start: int
    end: int
    clinic: Clinic | None = None
    visit: Appointment | None = None
    note: str = ""
    # The local date and minute of its start, once it is painted.
    wall: tuple[date, int] | None = None
    # Free times of other clinics that begin meanwhile.
    others: tuple["Stretch", ...] = ()


def opening(
    clinic: Clinic,
    office: Office,
    offered: Collection[int],
    first: date,
    last: date,
    now: datetime,
) -> Iterator[Stretch]:
    """The open windows of the dates, cut along the clinic's own grid; `offered` are its starts."""
    present = floor_seconds(now)
    for start, end in open_windows(office, first, last):
        if start < present:
            yield Stretch(Kind.PAST, start, min(end, present), clinic)
        passed = max(0, -(-(present - start) // office.step))
        if passed and start + passed * office.step > present:
            yield Stretch(Kind.OPEN, present, min(start + passed * office.step, end), clinic)
        for at in range(start + passed * office.step, end, office.step):
            kind = Kind.FREE if at in offered else Kind.OPEN
            yield Stretch(kind, at, min(at + office.step, end), clinic)


def closures(clinic: Clinic, office: Office, first: date, last: date) -> Iterator[Stretch]:
    """Dated closures: a stretch, or all the hours that the clinic would have had that day."""
    for exception in clinic.special_days:
        if exception.kind != "closed" or not first <= exception.date <= last:
            continue
        spans: Iterable[tuple[int, int]]
        if exception.starts_minute is not None and exception.ends_minute is not None:
            spans = [(exception.starts_minute, exception.ends_minute)]
        else:
            spans = [
                (rule.start, rule.end)
                for rule in office.weekly
                if rule.weekday == exception.date.isoweekday() and rule.is_valid_on(exception.date)
            ]
        for start, end in spans:
            span = to_interval(office.zone, exception.date, start, end)
            yield Stretch(Kind.BLOCKED, *span, clinic, note=exception.note)


def gone(rows: Iterable[Away], *, with_notes: bool) -> Iterator[Stretch]:
    """A doctor's notes on their own absence are nobody else's business."""
    kinds = {ABSENCE: Kind.AWAY, EXTERNAL: Kind.ELSEWHERE}
    for row in rows:
        start, end = floor_seconds(row.starts_at), ceil_seconds(row.ends_at)
        yield Stretch(kinds[row.kind], start, end, note=row.note if with_notes else "")


def taken(visits: Iterable[Appointment], own: Collection[int]) -> Iterator[Stretch]:
    """Visits, requests and holds; those of clinics that are not `own` only as busy."""
    kinds = {Status.HELD: Kind.HELD, Status.REQUESTED: Kind.REQUEST}
    for visit in visits:
        start, end = floor_seconds(visit.starts_at), ceil_seconds(visit.ends_at)
        end = max(end, start + MINUTE)
        if visit.clinic_id in own:
            kind = kinds.get(Status(visit.status), Kind.VISIT)
            yield Stretch(kind, start, end, visit.clinic, visit)
        else:
            yield Stretch(Kind.BUSY, start, end)
