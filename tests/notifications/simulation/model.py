"""Which reminders must leave, and when: by brute force, from the words of the issue alone.

Nothing here calls our timing, joining or deciding. The model knows facts only (what a visit was
since when, what its consultorio and its reader wanted since when, when a worker ran) and walks the
clock in steps of a quarter of an hour where it looks for an hour of the day.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
KINDS = ("7d", "1d", "2h")


@dataclass
class Clinic:
    zone: str
    reminders: set[str]


@dataclass
class Reader:
    """`own` is None for whoever leaves it to the consultorio; `zone` is "" for the same."""

    key: str
    channels: tuple[str, ...]
    zone: str = ""
    own: set[str] | None = None


@dataclass
class Visit:
    key: int
    clinic: Clinic
    reader: Reader
    starts_at: datetime
    version: int = 0
    is_booked: bool = False


@dataclass
class Row:
    """A reminder that may have to leave on one channel."""

    visit: Visit
    version: int
    kind: str
    channel: str
    due: datetime
    order: int
    next_at: datetime


# (visits told together with their version, kind, channel, sent at)
Told = tuple[frozenset[tuple[int, int]], str, str, datetime]


@dataclass
class Model:
    rows: list[Row] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    made: int = 0

    def plan(self, visit: Visit, *, since: datetime) -> None:
        """The visit is booked, as it stands: what is ahead of it."""
        zone = zone_for(visit)
        for kind in KINDS:
            due = due_of(kind, visit.starts_at, ZoneInfo(visit.clinic.zone), zone)
            if due > since:
                for channel in visit.reader.channels:
                    self.made += 1
                    self.rows.append(Row(visit, visit.version, kind, channel, due, self.made, due))

    def next_at(self) -> datetime | None:
        return min((row.next_at for row in self.rows), default=None)

    def work(self, now: datetime) -> None:
        """What one worker does at one moment, the longest due first."""
        due = [row for row in self.rows if row.next_at <= now]
        for row in sorted(due, key=lambda r: (r.due, r.order)):
            if row not in self.rows:
                continue  # it went with another
            if not is_wanted(row, now):
                self.rows.remove(row)
            elif (morning := end_of_night(now, zone_for(row.visit))) != now:
                row.next_at = morning
                if row.visit.starts_at <= morning:
                    self.rows.remove(row)
            else:
                self._send(row, now)

    def _send(self, row: Row, now: datetime) -> None:
        together = [row]
        if row.channel != "inbox":
            together += [r for r in self.rows if r is not row and _goes_with(r, row, now)]
        self.rows = [r for r in self.rows if all(r is not t for t in together)]
        visits = frozenset((r.visit.key, r.version) for r in together)
        self.told.append((visits, row.kind, row.channel, now))


def _goes_with(other: Row, row: Row, now: datetime) -> bool:
    same = (other.kind, other.channel, other.visit.reader.key, day_of(other.visit))
    mine = (row.kind, row.channel, row.visit.reader.key, day_of(row.visit))
    return same == mine and is_wanted(other, now)


def is_wanted(row: Row, now: datetime) -> bool:
    """Of the visit as it is, which is ahead, wished for, and not yet the next one's turn."""
    visit = row.visit
    if not visit.is_booked or visit.version != row.version or visit.starts_at <= now:
        return False
    wished = visit.clinic.reminders if visit.reader.own is None else visit.reader.own
    later = KINDS[KINDS.index(row.kind) + 1 :]
    zones = ZoneInfo(visit.clinic.zone), zone_for(visit)
    overtaken = any(k in wished and due_of(k, visit.starts_at, *zones) <= now for k in later)
    return row.kind in wished and not overtaken


def zone_for(visit: Visit) -> ZoneInfo:
    return ZoneInfo(visit.reader.zone or visit.clinic.zone)


def day_of(visit: Visit) -> date:
    return visit.starts_at.astimezone(ZoneInfo(visit.clinic.zone)).date()


def due_of(kind: str, starts_at: datetime, clinic: ZoneInfo, reader: ZoneInfo) -> datetime:
    at = starts_at - 2 * HOUR
    if kind != "2h":
        at = same_hour_before(starts_at, int(kind.removesuffix("d")), clinic)
    morning = end_of_night(at, reader)
    if morning == at:
        return at
    if morning <= starts_at - HOUR:
        return morning
    while at.astimezone(reader).strftime("%H:%M") != "20:00":
        at -= timedelta(minutes=1)
    return at


def same_hour_before(starts_at: datetime, days: int, clinic: ZoneInfo) -> datetime:
    """Whatever instant shows the same hour on the consultorio's wall so many days before."""
    wall = starts_at.astimezone(clinic).replace(tzinfo=None)
    for quarters in range(-12, 13):
        at = starts_at - days * DAY + quarters * QUARTER
        if wall - at.astimezone(clinic).replace(tzinfo=None) == days * DAY:
            return at
    raise AssertionError(f"{wall} does not exist {days} days before")


def is_night(at: datetime, zone: ZoneInfo) -> bool:
    hour = at.astimezone(zone).hour
    return hour >= 21 or hour < 8


def end_of_night(at: datetime, zone: ZoneInfo) -> datetime:
    """`at` itself by day; else minute by minute until it is eight."""
    if not is_night(at, zone):
        return at
    at = at.astimezone(UTC).replace(second=0, microsecond=0)
    while is_night(at, zone):
        at += timedelta(minutes=1)
    return at
