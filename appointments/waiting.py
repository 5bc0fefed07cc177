"""Who of a waiting list is offered a freed time, in which order and until when. Pure arithmetic.

The order is that of arrival. Nobody is passed over because they sleep: the time stays free for
everybody until their morning (docs/adr/0037).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from appointments.waiting_enums import Skip
from core.nights import is_quiet, morning_after

DAY_MINUTES = 24 * 60
# The sooner the visit, the shorter the offer: less than this ahead, so long.
LENGTHS = (
    (timedelta(hours=3), timedelta(minutes=15)),
    (timedelta(hours=24), timedelta(hours=1)),
    (timedelta(hours=72), timedelta(hours=4)),
)
LONGEST = timedelta(hours=12)
# Nobody can read, think and answer in less.
SHORTEST = timedelta(minutes=10)
# An offer ends this long before the visit, even for whoever needs no notice.
LEAST_AHEAD = timedelta(minutes=15)
# Whoever is offered a time in the evening has this much of it before the quiet hours.
AWAKE = timedelta(hours=1)


@dataclass(frozen=True)
class Time:
    """A freed time; `zone` is the clinic's."""

    clinic_id: int
    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        return self.starts_at.astimezone(self.zone).date()

    @property
    def minutes(self) -> tuple[int, int]:
        """Of the clinic's wall, from midnight of its day."""
        local = self.starts_at.astimezone(self.zone)
        start = local.hour * 60 + local.minute
        return start, start + int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True)
class Wish:
    """What somebody waits for. Empty `clinics` or `weekdays` (1 is Monday) are all of them.

    `before` is the start of the visit that would be moved: only what is earlier is of use.
    """

    entry_id: int
    patient_id: int
    joined_at: datetime
    zone: ZoneInfo
    until_date: date
    clinics: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    from_minute: int = 0
    until_minute: int = DAY_MINUTES
    notice: timedelta = timedelta()
    before: datetime | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        """What the line is ordered by."""
        return self.joined_at, self.entry_id

    @property
    def fits(self) -> tuple[frozenset[int], frozenset[int], int, int]:
        """All that `may_meet` looks at."""
        return self.clinics, self.weekdays, self.from_minute, self.until_minute


@dataclass(frozen=True)
class Circumstances:
    """What is known of those who wait besides their wishes: primary keys of patients, and of
    entries that have an offer.
    """

    answered: frozenset[int] = frozenset()
    busy: frozenset[int] = frozenset()
    by_phone: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()
    with_offer: frozenset[int] = frozenset()

    def of(self, wish: Wish) -> Skip | None:
        reasons = (
            (wish.patient_id in self.gone, Skip.GONE),
            (wish.patient_id in self.answered, Skip.ANSWERED),
            (wish.patient_id in self.busy, Skip.BUSY),
            (wish.patient_id in self.by_phone, Skip.BY_PHONE),
            (wish.entry_id in self.with_offer, Skip.HAS_OFFER),
        )
        return next((skip for holds, skip in reasons if holds), None)


@dataclass(frozen=True)
class Choice:
    """`chosen` is offered the time until `until`; or it sleeps until `wakes_at`; or nobody fits."""

    chosen: Wish | None = None
    until: datetime | None = None
    wakes_at: datetime | None = None
    skips: dict[str, int] = field(default_factory=dict)


def choose(
    time: Time, line: Iterable[Wish], circumstances: Circumstances, *, now: datetime
) -> Choice:
    """The first in line whom the time fits, and how many were passed over for which reason."""
    skips: dict[str, int] = {}
    for wish in in_order(line):
        skip = why_not(wish, time, now=now) or circumstances.of(wish)
        if skip is None:
            rings_at = offered_at(wish, time, now=now)
            if rings_at > now:
                skips[Skip.ASLEEP.value] = 1
                return Choice(wakes_at=rings_at, skips=skips)
            return Choice(wish, held_until(time.starts_at, wish.notice, now=now), skips=skips)
        skips[skip.value] = skips.get(skip.value, 0) + 1
    return Choice(skips=skips)


def in_order(line: Iterable[Wish]) -> list[Wish]:
    return sorted(line, key=lambda wish: wish.place)


def why_not(wish: Wish, time: Time, *, now: datetime) -> Skip | None:
    """The first rule of the wish that the time breaks, or None where it fits."""
    start, end = time.minutes
    rules = (
        (bool(wish.clinics) and time.clinic_id not in wish.clinics, Skip.CLINIC),
        (wish.before is not None and time.starts_at >= wish.before, Skip.NOT_EARLIER),
        (time.day > wish.until_date, Skip.UNTIL),
        (bool(wish.weekdays) and time.day.isoweekday() not in wish.weekdays, Skip.WEEKDAY),
        (start < wish.from_minute or end > wish.until_minute, Skip.HOURS),
        (held_until(time.starts_at, wish.notice, now=now) is None, Skip.NOTICE),
    )
    return next((skip for breaks, skip in rules if breaks), None)


def held_until(starts_at: datetime, notice: timedelta, *, now: datetime) -> datetime | None:
    """When an offer made now ends; None where too little is left to answer it."""
    ahead = starts_at - now
    length = next((length for less, length in LENGTHS if ahead < less), LONGEST)
    until = min(now + length, starts_at - max(notice, LEAST_AHEAD))
    return until if until - now >= SHORTEST else None


def offered_at(wish: Wish, time: Time, *, now: datetime) -> datetime:
    """`now`, or the morning where it is night for whoever waits. A visit of the coming day does not
    wait for its morning.
    """
    late = next((at for at in (now, now + AWAKE) if is_quiet(at, wish.zone)), None)
    if late is None:
        return now
    morning = morning_after(late, wish.zone)
    return now if time.day <= morning.astimezone(time.zone).date() else morning


def place_of(wish: Wish, line: Iterable[Wish]) -> int:
    """1 for whoever is first of those that the same time could be offered to."""
    return 1 + sum(other.place < wish.place and may_meet(other, wish) for other in line)


def places_of(line: Iterable[Wish]) -> dict[int, int]:
    """`place_of` each in the whole line, by entry. One pass: of those ahead who wait for the same
    hours, one is compared for all.
    """
    places: dict[int, int] = {}
    alike: dict[object, list[Wish]] = defaultdict(list)
    for wish in in_order(line):
        ahead = (len(same) for same in alike.values() if may_meet(same[0], wish))
        places[wish.entry_id] = 1 + sum(ahead)
        alike[wish.fits].append(wish)
    return places


def may_meet(one: Wish, other: Wish) -> bool:
    """Whether some time could fit both."""
    clinics = _shared(one.clinics, other.clinics)
    weekdays = _shared(one.weekdays, other.weekdays)
    hours = min(one.until_minute, other.until_minute) > max(one.from_minute, other.from_minute)
    return clinics and weekdays and hours


def _shared(one: frozenset[int], other: frozenset[int]) -> bool:
    return not one or not other or bool(one & other)


def starts_that_fit(wish: Wish, times: Sequence[Time], *, now: datetime) -> list[Time]:
    return [time for time in times if why_not(wish, time, now=now) is None]
