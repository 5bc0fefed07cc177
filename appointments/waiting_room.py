"""How late a consultation is, and when whoever waits may expect their turn. Pure; instants are
UTC, lengths are timedeltas. An estimate is a range and no promise (docs/adr/0038).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

STEP = timedelta(minutes=5)
# No range is narrower: nobody knows better.
NARROWEST = timedelta(minutes=10)
# As many consultations as must be over before the day has a pace of its own.
ENOUGH = 2
# What is left at least of a consultation that took longer than it should.
RUNNING_OVER = timedelta(minutes=5)
# A delay that is worth a word.
NOTEWORTHY = timedelta(minutes=5)
NOTHING = timedelta(0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A visit of the day, as the queue sees it. `key` names it."""

    key: int
    starts_at: datetime
    ends_at: datetime
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    code: str = ""

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def is_waiting(self) -> bool:
        return self.arrived_at is not None and self.started_at is None

    @property
    def is_inside(self) -> bool:
        return self.started_at is not None and self.finished_at is None

    @property
    def took(self) -> timedelta | None:
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at


@dataclass(frozen=True)
class Estimate:
    """Between these two, as far as one can say at `at`."""

    earliest: datetime
    latest: datetime
    at: datetime


@dataclass(frozen=True)
class Room:
    """A day at one consultorio, as it is at `now`."""

    places: Sequence[Place]
    now: datetime

    @classmethod
    def of(cls, places: Iterable[Place], now: datetime) -> "Room":
        return cls(sorted(places, key=lambda place: (place.starts_at, place.key)), now)

    @property
    def queue(self) -> list[Place]:
        """Who waits, in the order of their appointed times."""
        return [place for place in self.places if place.is_waiting]

    @property
    def inside(self) -> Place | None:
        return next((place for place in self.places if place.is_inside), None)

    @property
    def has_begun(self) -> bool:
        return any(place.started_at for place in self.places)

    @property
    def pace(self) -> timedelta | None:
        """The median of today's consultations; None as long as there are too few."""
        lengths = [place.took for place in self.places if place.took is not None]
        if len(lengths) < ENOUGH:
            return None
        return timedelta(seconds=median(length.total_seconds() for length in lengths))

    def before(self, key: int) -> int:
        """How many wait who come before."""
        return [place.key for place in self.queue].index(key)

    def estimates(self) -> dict[int, Estimate]:
        """Of everybody who waits; of nobody while there is nothing to go by, since the first
        consultation of the day has not begun.
        """
        return dict(self._estimates()) if self.has_begun else {}

    def _estimates(self) -> Iterator[tuple[int, Estimate]]:
        soon, late = self.free_between
        floor = _up(self.now)
        # Who is expected before may come and go in first, or not come at all.
        for place in self.places:
            short, long = self._lengths(place)
            if place.is_waiting:
                soon = max(soon, place.starts_at)
                late = max(late, place.starts_at)
                earliest = max(_down(soon), floor, _up(place.starts_at))
                latest = max(_up(late), earliest + NARROWEST)
                yield place.key, Estimate(earliest, latest, self.now)
                soon, late = soon + short, late + long
            elif self._may_still_come(place):
                late = max(late, place.starts_at) + long

    @property
    def free_between(self) -> tuple[datetime, datetime]:
        """When the doctor will have time for the next one."""
        place = self.inside
        if place is None or place.started_at is None:
            return self.now, self.now
        elapsed = self.now - place.started_at
        short, long = self._lengths(place)
        return (
            self.now + max(short - elapsed, NOTHING),
            self.now + max(long - elapsed, RUNNING_OVER),
        )

    @property
    def delay(self) -> timedelta:
        """How late the next one will be seen, in whole steps; nothing while nobody is kept
        waiting by the doctor.
        """
        following = self._following
        if following is None:
            return NOTHING
        soon, late = self.free_between
        delay = soon + (late - soon) / 2 - following.starts_at
        return delay - delay % STEP if delay >= NOTEWORTHY else NOTHING

    @property
    def _following(self) -> Place | None:
        """The first who waits; if somebody is inside, else who is to come next."""
        if self.queue:
            return self.queue[0]
        expected = (place for place in self.places if self._may_still_come(place))
        return next(expected, None) if self.inside else None

    def _may_still_come(self, place: Place) -> bool:
        return place.arrived_at is None and place.ends_at > self.now

    def _lengths(self, place: Place) -> tuple[timedelta, timedelta]:
        """How short and how long a consultation may be: as planned, or as they are today."""
        pace = self.pace or place.length
        return min(pace, place.length), max(pace, place.length)


def minutes_of(length: timedelta) -> int:
    return length // timedelta(minutes=1)


def _down(at: datetime) -> datetime:
    return at - (at - EPOCH) % STEP


def _up(at: datetime) -> datetime:
    return at + (EPOCH - at) % STEP
