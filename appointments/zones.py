"""VTIMEZONE (RFC 5545 3.6.5) of an IANA zone, as exact as the zone itself, made once a process.

icalendar's own takes milliseconds, and names the hour after a change where the RFC wants the hour
before it: a reader that goes by it is an hour late on the day of a change.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)


@cache
def vtimezone(key: str, first_year: int, last_year: int) -> bytes:
    """The component's lines, right from the first day of one year to the last of the other."""
    zone = Timezone()
    zone.add("tzid", key)
    for onsets in _observances(ZoneInfo(key), first_year, last_year).values():
        zone.add_component(_observance(onsets))
    return bytes(zone.to_ical())


@cache
def zone_of(key: str) -> ZoneInfo:
    return ZoneInfo(key)


class _Onset:
    """From `at` (UTC) on, clocks show what they show an instant later."""

    def __init__(self, zone: ZoneInfo, at: datetime, *, is_first: bool = False) -> None:
        after = at.astimezone(zone)
        before = after if is_first else (at - timedelta(seconds=1)).astimezone(zone)
        self.offset_from, self.offset_to = before.utcoffset(), after.utcoffset()
        self.is_daylight, self.name = bool(after.dst()), after.tzname()
        assert self.offset_from is not None
        # Local time by the offset before the change: what the RFC counts from.
        self.wall = (at + self.offset_from).replace(tzinfo=None)

    @property
    def rule(self) -> tuple[object, ...]:
        return self.is_daylight, self.name, self.offset_from, self.offset_to


def _observances(zone: ZoneInfo, first: int, last: int) -> dict[tuple[object, ...], list[_Onset]]:
    found: dict[tuple[object, ...], list[_Onset]] = defaultdict(list)
    start = datetime(first, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(last + 1, 1, 1, tzinfo=UTC) + _DAY
    onsets = [_Onset(zone, start, is_first=True)]
    onsets += [_Onset(zone, at) for at in _changes(zone, start, end)]
    for onset in onsets:
        found[onset.rule].append(onset)
    return found


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Instants at which the zone's clocks are put forward or back."""

    def shows(at: datetime) -> tuple[object, ...]:
        local = at.astimezone(zone)
        return local.utcoffset(), local.tzname(), local.dst()

    day = start
    while day < end:
        low, high = day, day + _DAY
        if shows(low) != shows(high):
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if shows(middle) == shows(low) else (low, middle)
            yield high
        day += _DAY


def _observance(onsets: list[_Onset]) -> TimezoneStandard | TimezoneDaylight:
    first = onsets[0]
    part = TimezoneDaylight() if first.is_daylight else TimezoneStandard()
    part.add("dtstart", first.wall)
    for onset in onsets[1:]:
        part.add("rdate", onset.wall)
    part.add("tzoffsetfrom", first.offset_from)
    part.add("tzoffsetto", first.offset_to)
    part.add("tzname", first.name)
    return part
