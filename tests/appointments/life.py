"""A small world and what must be true of it: the state machine's own idea of booking.

Nothing here asks the product. Times are instants; a visit or hold is a `Thing`.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from appointments.services.booking import BookingRequest
from clinics.models import Clinic

QUITO = ZoneInfo("America/Guayaquil")
HOLD = timedelta(minutes=10)
FORGOTTEN = timedelta(days=1)


@dataclass
class Thing:
    """What takes a doctor's time: a visit, or a hold while it lives."""

    clinic: Clinic
    start: datetime
    owner: object  # a browser's key, or the patient's primary key
    expires: datetime | None = None  # of a hold
    is_extended: bool = False
    is_cancelled: bool = False
    came: str = "booked"  # what the desk said of its patient
    changes: list[str] = field(default_factory=list)
    id: uuid.UUID | None = None

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.clinic.slot_minutes)

    @property
    def status(self) -> str:
        return "cancelled_patient" if self.is_cancelled else self.came

    def stands(self, now: datetime) -> bool:
        return not self.is_cancelled and (self.expires is None or self.expires > now)

    def meets(self, start: datetime, end: datetime) -> bool:
        return self.start < end and start < self.end


@dataclass
class Life:
    """Holds by browser, visits, absences (doctor, start, end), and forms that were answered."""

    now: datetime
    grid: dict[int, list[datetime]]  # all starts of each clinic, free or not
    holds: dict[str, Thing] = field(default_factory=dict)
    drafts: dict[str, datetime] = field(default_factory=dict)  # browser: last touched
    visits: list[Thing] = field(default_factory=list)
    absences: list[tuple[int, datetime, datetime]] = field(default_factory=list)
    forms: list[tuple[BookingRequest, Thing]] = field(default_factory=list)

    def standing(self) -> Iterator[Thing]:
        yield from (thing for thing in self.visits if thing.stands(self.now))
        yield from (thing for thing in self.holds.values() if thing.stands(self.now))

    def busy(self, doctor: int, start: datetime, end: datetime, but: Iterable[Thing] = ()) -> bool:
        """Whether a visit or a live hold of the doctor is in the way."""
        skipped = [id(thing) for thing in but]
        return any(
            thing.clinic.doctor_id == doctor and thing.meets(start, end)
            for thing in self.standing()
            if id(thing) not in skipped
        )

    def away(self, doctor: int, start: datetime, end: datetime) -> bool:
        return any(
            who == doctor and since < end and start < until for who, since, until in self.absences
        )

    def is_free(self, clinic: Clinic, start: datetime, but: Iterable[Thing] = ()) -> bool:
        end = start + timedelta(minutes=clinic.slot_minutes)
        return (
            start in self.grid[clinic.pk]
            and start >= self.now
            and not self.busy(clinic.doctor_id, start, end, but)
            and not self.away(clinic.doctor_id, start, end)
        )

    def free(self, clinic: Clinic) -> list[datetime]:
        return [start for start in self.grid[clinic.pk] if self.is_free(clinic, start)]

    def own_hold(self, browser: str, clinic: Clinic, start: datetime) -> Thing | None:
        """The browser's live hold of this very time."""
        held = self.holds.get(browser)
        is_it = held and held.stands(self.now) and (held.clinic, held.start) == (clinic, start)
        return held if is_it else None

    def is_elsewhere(self, patient: int, start: datetime, end: datetime, but: Thing | None) -> bool:
        return any(
            visit.owner == patient and visit.stands(self.now) and visit.meets(start, end)
            for visit in self.visits
            if visit is not but
        )

    def unsayable(self, visit: Thing, said: str) -> str:
        """Why the desk may not say this of who came; "" where it may."""
        today, day = (at.astimezone(QUITO).date() for at in (self.now, visit.start))
        if visit.is_cancelled:
            return "NotAttendable"
        if said == visit.came:
            return ""
        if today < day:
            return "TooEarlyToRecord"
        if said == "no_show" and self.now < visit.start:
            return "NotYetMissed"
        return "VisitEnded" if said == "booked" and self.now >= visit.end else ""

    def events(self) -> list[tuple[uuid.UUID | None, str]]:
        return sorted((v.id, f"appointment.{c}") for v in self.visits for c in v.changes)
