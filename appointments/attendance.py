"""What the desk says of a visit's patient: they came, late or not, or they did not come. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from appointments.enums import RECORDABLE, Status
from appointments.models import Appointment


@dataclass(frozen=True)
class Attendance:
    """`status` is one of RECORDABLE; BOOKED is what nobody has said anything of."""

    status: str
    minutes_late: int | None = None

    @classmethod
    def of(cls, visit: Appointment) -> "Attendance":
        return cls(visit.status, visit.minutes_late)

    @classmethod
    def read(cls, key: str) -> "Attendance":
        """Of a form's value. Raises ValueError."""
        status, dash, minutes = key.partition("-")
        if status not in RECORDABLE or (dash and not minutes.isdecimal()):
            raise ValueError(key)
        return cls(Status(status), int(minutes[:6]) if dash else None)

    @property
    def key(self) -> str:
        """«attended», «attended-12», «no_show», «booked»."""
        return self.status if self.minutes_late is None else f"{self.status}-{self.minutes_late}"


def is_same_day(visit: Appointment, now: datetime) -> bool:
    """Whether the visit's date has come, on the wall of its clinic: people come early."""
    zone = ZoneInfo(visit.zone)
    return now.astimezone(zone).date() >= visit.starts_at.astimezone(zone).date()


def may_record(visit: Appointment, now: datetime) -> bool:
    """Whether there is a question to answer, and an answer may be given yet."""
    return visit.status == Status.BOOKED and is_same_day(visit, now)


def may_miss(visit: Appointment, now: datetime) -> bool:
    return visit.starts_at <= now


def is_unanswered(visit: Appointment, now: datetime) -> bool:
    return visit.status == Status.BOOKED and visit.ends_at <= now


def late_by_now(visit: Appointment, now: datetime) -> int | None:
    """The minutes of whoever comes at this moment; None before the visit, and once it is over."""
    minutes = (now - visit.starts_at) // timedelta(minutes=1)
    return minutes if minutes >= 1 and now < visit.ends_at else None


def arrived_at(visit: Appointment) -> datetime:
    return visit.starts_at + timedelta(minutes=visit.minutes_late or 0)
