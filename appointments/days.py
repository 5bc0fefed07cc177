"""The day of a visit: what may be said of it now, by the patient and by the desk."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from appointments.enums import SaidBy, Stage, Status
from appointments.models import Appointment, VisitDay
from clinics.models import Clinic

ON_THE_WAY_FROM = timedelta(hours=3)
HERE_FROM = timedelta(minutes=90)
# How long a patient's slip may be put right by themselves.
SLIP = timedelta(minutes=10)
# Visits that have a day: what was booked, and whose patient was not missed.
IN_ROOM = frozenset({Status.BOOKED, Status.ATTENDED})


def day_of(visit: Appointment) -> VisitDay | None:
    """A query, unless the visit came with it."""
    found: VisitDay | None = getattr(visit, "day", None)
    return found


def stage_of(visit: Appointment) -> Stage:
    day = day_of(visit)
    return day.stage if day else Stage.EXPECTED


def local_date(visit: Appointment) -> date:
    """Its date, on the wall of its clinic."""
    return visit.starts_at.astimezone(ZoneInfo(visit.zone)).date()


def is_today(visit: Appointment, now: datetime) -> bool:
    return local_date(visit) == now.astimezone(ZoneInfo(visit.zone)).date()


def today_at(clinic: Clinic, now: datetime) -> tuple[datetime, datetime]:
    """Where the clinic's day begins and ends."""
    zone = ZoneInfo(clinic.zone)
    today = now.astimezone(zone).date()
    since = datetime.combine(today, time(), zone)
    return since, datetime.combine(today + timedelta(days=1), time(), zone)


def may_be_on_the_way(visit: Appointment, now: datetime) -> bool:
    return visit.starts_at - ON_THE_WAY_FROM <= now < visit.ends_at


def may_be_here(visit: Appointment, now: datetime) -> bool:
    return visit.starts_at - HERE_FROM <= now < visit.ends_at


def may_take_back(day: VisitDay | None, now: datetime) -> bool:
    """By the patient: what they said themselves, and only just now."""
    if day is None or day.reached_at is None or now >= day.reached_at + SLIP:
        return False
    said_here = day.stage == Stage.WAITING and day.arrival_said_by == SaidBy.PATIENT
    return said_here or day.stage == Stage.ON_THE_WAY
