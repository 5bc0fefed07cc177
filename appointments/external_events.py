"""When is somebody's calendar (ICS) busy? Pure; imports no Django.

What they do then is nobody's business: all but times and rules is dropped line by line, before
anything is understood. Runs where it may fail or be stopped at any moment (external_reading).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import icalendar
import recurring_ical_events

from appointments.availability import Interval, ceil_seconds, floor_seconds, join

MOST_EVENTS = 10_000
MOST_STRETCHES = 5_000
# Entries of our own that came back by way of another calendar (appointments.calendar).
OWN = "@doctobooking"
KEPT = frozenset(
    {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
     "SEQUENCE", "STATUS", "TRANSP"}
)  # fmt: skip
REPEATING = frozenset({"RRULE", "RDATE", "RECURRENCE-ID"})
TIMES = frozenset({"DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID"})
FLOATING = re.compile(r"\d{8}T\d{6}(,\d{8}T\d{6})*")
# Beyond, arithmetic with zones leaves the calendar; birthdays without a year are in 1604.
FIRST_YEAR, LAST_YEAR = 1600, 2200
ONE_DAY = timedelta(days=1)


class NoCalendar(Exception):
    """Something else: a log-in page, a picture, nothing."""


class Broken(Exception):
    """A calendar, but none of its events can be read."""


class TooComplex(Exception):
    """More events, or more stretches of busy time, than a person has."""


def busy_stretches(
    content: bytes, *, zone: str, since: datetime, until: datetime
) -> list[Interval]:
    """Disjoint, ascending, within `[since, until)`. `zone` is where whole days, and times without
    a zone, are meant. Raises NoCalendar, Broken, TooComplex.
    """
    # Other encodings garble words, which we drop; dates are the same in all of them.
    lines = list(_unfolded(content.decode("utf-8-sig", errors="replace")))
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise NoCalendar
    home = _own_zone(lines) or zone
    text = "\r\n".join(_skeleton(lines, home, since))
    try:
        calendar = icalendar.Calendar.from_ical(text, multiple=False)
    except (ValueError, KeyError, IndexError) as error:
        raise Broken from error
    found = _occurrences(calendar, since - ONE_DAY, until + ONE_DAY)
    low, high = floor_seconds(since), ceil_seconds(until)
    spans = (_span(event, ZoneInfo(home), ZoneInfo(zone)) for event in found if _is_busy(event))
    stretches = join((max(start, low), min(end, high)) for start, end in spans)
    if len(stretches) > MOST_STRETCHES:
        raise TooComplex
    return stretches


def _unfolded(text: str) -> Iterator[str]:
    """Content lines, whatever ends them; a line that begins with a blank goes on."""
    line = ""
    for piece in re.split(r"\r\n|\n|\r", text):
        if piece[:1] in (" ", "\t"):
            line += piece[1:]
            continue
        if line.strip():
            yield line
        line = piece
    if line.strip():
        yield line


def _own_zone(lines: list[str]) -> str | None:
    """X-WR-TIMEZONE, if it is a zone."""
    for line in lines:
        name, _colon, value = line.partition(":")
        if name.partition(";")[0].upper() == "X-WR-TIMEZONE":
            try:
                return ZoneInfo(value.strip()).key
            except (ZoneInfoNotFoundError, ValueError, OSError):
                return None
    return None


def _skeleton(lines: list[str], home: str, since: datetime) -> Iterator[str]:
    """The calendar with what says when it is busy, and nothing else."""
    oldest = f"{since - 2 * ONE_DAY:%Y%m%d}"
    count = 0
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x")
    for kind, block in _blocks(lines):
        if kind == "VTIMEZONE":
            yield from ("BEGIN:VTIMEZONE", *block, "END:VTIMEZONE")
        elif kind == "VEVENT":
            event = _event(block, home, number=count)
            if _is_wanted(event, oldest):
                count += 1
                yield from ("BEGIN:VEVENT", *event.values(), "END:VEVENT")
        if count > MOST_EVENTS:
            raise TooComplex
    yield "END:VCALENDAR"


def _blocks(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Components of the calendar, one after the other: kind, and the lines inside.

    What is inside of a component of a component is kept for zones only, whose rules are there.
    """
    inside: list[str] = []
    block: list[str] = []
    for line in lines:
        word, _colon, value = line.partition(":")
        word, kind = word.strip().upper(), value.strip().upper()
        if word == "BEGIN" and kind != "VCALENDAR":
            inside.append(kind)
            if len(inside) == 1:
                block = []
                continue
        if word == "END" and inside:
            if len(inside) == 1:
                yield inside.pop(), block
                continue
            if inside[0] == "VTIMEZONE":
                block.append(line)
            inside.pop()
        elif len(inside) == 1 or (inside and inside[0] == "VTIMEZONE"):
            block.append(line)


def _event(block: list[str], home: str, *, number: int) -> dict[str, str]:
    """Kept lines by property (a property that comes twice in one entry), times with their zone."""
    event: dict[str, str] = {"UID": f"UID:{number}@nameless"}
    for line in block:
        name = re.split("[:;]", line, maxsplit=1)[0].strip().upper()
        if name not in KEPT:
            continue
        if name in TIMES:
            line = _with_zone(line, home)
        repeated = name in ("RRULE", "RDATE", "EXDATE") and name in event
        event[name] = f"{event[name]}\r\n{line}" if repeated else line
    return event


def _with_zone(line: str, home: str) -> str:
    head, _colon, value = line.partition(":")
    if "TZID=" not in head.upper() and FLOATING.fullmatch(value.strip()):
        return f"{head};TZID={home}:{value.strip()}"
    return line


def _is_wanted(event: dict[str, str], oldest: str) -> bool:
    """Most of a calendar is long over."""
    if "DTSTART" not in event or event["UID"].strip().endswith(OWN):
        return False
    if REPEATING & event.keys() or "DURATION" in event:
        return True
    ends = event.get("DTEND", event["DTSTART"]).rpartition(":")[2].strip()
    return not (re.match(r"\d{8}", ends) and ends[:8] < oldest)


def _occurrences(calendar: Any, since: datetime, until: datetime) -> list[Any]:
    events = [e for e in calendar.subcomponents if e.name == "VEVENT"]
    good = [e for e in events if _is_sound(e)]
    if events and not good:
        raise Broken
    dropped = {id(e) for e in events} - {id(e) for e in good}
    calendar.subcomponents = [c for c in calendar.subcomponents if id(c) not in dropped]
    try:
        query = recurring_ical_events.of(calendar, skip_bad_series=True)
        return list(query.between(since, until))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError) as error:
        # Lines that say something else than the RFC allows, each understood on its own.
        raise Broken from error


def _is_sound(event: Any) -> bool:
    """Its times can be read, and are in this calendar of ours."""
    try:
        start = event["DTSTART"].dt
        end = event["DTEND"].dt if "DTEND" in event else start
        if end.year > LAST_YEAR:
            event["DTEND"].dt = end.replace(year=LAST_YEAR, day=1)
        return FIRST_YEAR <= start.year <= LAST_YEAR and not event.errors
    except (KeyError, AttributeError, ValueError):
        return False


def _is_busy(event: Any) -> bool:
    return (
        str(event.get("TRANSP", "")).strip().upper() != "TRANSPARENT"
        and str(event.get("STATUS", "")).strip().upper() != "CANCELLED"
    )


def _span(event: Any, home: ZoneInfo, days: ZoneInfo) -> Interval:
    """Whole days are those of the doctor, wherever the calendar is at home."""
    start = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else start
    if not isinstance(start, datetime):
        last = end if end > start else start + ONE_DAY
        start, end = _midnight(start, days), _midnight(last, days)
    return Interval(floor_seconds(_aware(start, home)), ceil_seconds(_aware(end, home)))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    if isinstance(day, datetime):
        return day
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _aware(at: datetime, home: ZoneInfo) -> datetime:
    """A zone that nobody knows, and that the calendar does not explain, is its own."""
    return (at if at.tzinfo else at.replace(tzinfo=home)).astimezone(UTC)
