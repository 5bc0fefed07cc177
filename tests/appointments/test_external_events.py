"""Busy times out of calendars: what the RFC says, and what strangers send instead."""

import contextlib
import resource
import time
from datetime import UTC, datetime, timedelta

import pytest

from appointments.external_events import Broken, NoCalendar, TooComplex, busy_stretches
from core.apart import TimeIsUp, time_limit
from tests.appointments.ics import END, HEAD, ics

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(days=1), NOW + timedelta(days=400)
QUITO, MADRID = "America/Guayaquil", "Europe/Madrid"
# The end of a Tuesday in Quito.
FIVE_HOURS = timedelta(hours=5)


def busy(content, zone=QUITO, since=SINCE, until=UNTIL):
    return [
        (f"{datetime.fromtimestamp(start, UTC):%m-%d %H:%M}",
         f"{datetime.fromtimestamp(end, UTC):%m-%d %H:%M}")
        for start, end in busy_stretches(content, zone=zone, since=since, until=until)
    ]  # fmt: skip


ONE_HOUR = [("11-24 15:00", "11-24 16:00")]


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z",
        "DTSTART:20261124T150000Z\r\nDURATION:PT1H",
        "DTSTART;TZID=America/Guayaquil:20261124T100000\r\nDTEND;TZID=America/Guayaquil:20261124T110000",
        "dtstart;tzid=Europe/Madrid:20261124T160000\r\ndtend;tzid=Europe/Madrid:20261124T170000",
        "DTSTART:20261124T100000\r\nDTEND:20261124T110000",
        "DTSTART:20261124T1500\r\n 00Z\r\nDTEND:20261124T160000Z",
        "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z\r\nSTATUS:TENTATIVE",
        "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z\r\nATTENDEE;X=\x00\x07:\xff;;;",
    ],
    ids=["utc", "duration", "zone", "small letters", "floating", "folded", "tentative", "noise"],
)
def test_one_hour_in_many_ways(lines):
    assert busy(ics(lines)) == ONE_HOUR


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z\r\nTRANSP:TRANSPARENT",
        "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z\r\nSTATUS:CANCELLED",
        "DTSTART:20261124T150000Z",
        "DTSTART:20261120T150000Z\r\nDTEND:20261120T160000Z",
        "DTSTART:20280124T150000Z\r\nDTEND:20280124T160000Z",
        "UID:7c9e6679@doctobooking\r\nDTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z",
    ],
    ids=["free", "cancelled", "instant", "over", "too far", "our own"],
)
def test_what_does_not_block(lines):
    assert busy(ics(lines)) == []


def test_floating_times_are_of_the_calendar_and_whole_days_of_the_doctor():
    floating = "DTSTART:20261124T160000\r\nDTEND:20261124T170000"
    whole = "DTSTART;VALUE=DATE:20261126\r\nDTEND;VALUE=DATE:20261128"
    one = "DTSTART;VALUE=DATE:20261201"
    content = ics(floating, whole, one, head=f"X-WR-TIMEZONE:{MADRID}\r\n")
    assert busy(content) == [
        *ONE_HOUR, ("11-26 05:00", "11-28 05:00"), ("12-01 05:00", "12-02 05:00")
    ]  # fmt: skip
    assert busy(content, zone=MADRID)[1:] == [
        ("11-25 23:00", "11-27 23:00"), ("11-30 23:00", "12-01 23:00")
    ]  # fmt: skip


def test_zone_that_is_none_is_passed_over():
    floating = "DTSTART:20261124T100000\r\nDTEND:20261124T110000"
    for name in ("Klingon/Qonos", "../../etc/passwd", "\x00", ""):
        assert busy(ics(floating, head=f"X-WR-TIMEZONE:{name}\r\n")) == ONE_HOUR
    unknown = "DTSTART;TZID=Aquí:20261124T100000\r\nDTEND;TZID=Aquí:20261124T110000"
    assert busy(ics(unknown)) == ONE_HOUR


def test_zone_of_the_calendars_own():
    own = (
        "BEGIN:VTIMEZONE\r\nTZID:Casa\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    lines = "DTSTART;TZID=Casa:20261124T100000\r\nDTEND;TZID=Casa:20261124T110000"
    assert busy(ics(lines, head=own), zone=MADRID) == ONE_HOUR


def test_repeated_events_with_exceptions():
    weekly = [
        "UID:w", "DTSTART;TZID=America/Guayaquil:20260106T100000",
        "DTEND;TZID=America/Guayaquil:20260106T110000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261223T000000Z",
        "EXDATE;TZID=America/Guayaquil:20261208T100000",
        "RDATE;TZID=America/Guayaquil:20261210T100000",
    ]  # fmt: skip
    moved = [
        "UID:w", "RECURRENCE-ID;TZID=America/Guayaquil:20261201T100000",
        "DTSTART;TZID=America/Guayaquil:20261202T120000",
        "DTEND;TZID=America/Guayaquil:20261202T123000",
    ]  # fmt: skip
    off = [
        "UID:w", "RECURRENCE-ID;TZID=America/Guayaquil:20261215T100000", "STATUS:CANCELLED",
        "DTSTART;TZID=America/Guayaquil:20261215T100000",
        "DTEND;TZID=America/Guayaquil:20261215T110000",
    ]  # fmt: skip
    assert busy(ics(weekly, moved, off)) == [
        *ONE_HOUR, ("12-02 17:00", "12-02 17:30"), ("12-10 15:00", "12-10 16:00"),
        ("12-22 15:00", "12-22 16:00"),
    ]  # fmt: skip


def test_repeated_events_follow_their_clock_over_a_change():
    daily = (
        "DTSTART;TZID=Europe/Madrid:20261020T090000\r\nDTEND;TZID=Europe/Madrid:20261020T093000\r\n"
        "RRULE:FREQ=DAILY;COUNT=9"
    )
    since = datetime(2026, 10, 24, tzinfo=UTC)
    found = busy(ics(daily), since=since, until=since + timedelta(days=2))
    assert found == [("10-24 07:00", "10-24 07:30"), ("10-25 08:00", "10-25 08:30")]


def test_overlapping_and_touching_become_one():
    three = [
        f"DTSTART:20261124T{a}00Z\r\nDTEND:20261124T{b}00Z"
        for a, b in (("1500", "1530"), ("1515", "1545"), ("1545", "1600"))
    ]
    assert busy(ics(*three)) == ONE_HOUR


def test_events_reach_in_and_out_of_the_window():
    forever = "DTSTART:20200101T000000Z\r\nDTEND:99991231T235959Z"
    [(start, end)] = busy_stretches(ics(forever), zone=QUITO, since=SINCE, until=UNTIL)
    assert (start, end) == (SINCE.timestamp(), UNTIL.timestamp())


def test_bad_events_do_not_hide_good_ones():
    good = "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z"
    bad = [
        "DTSTART:ayer", "DTSTART:20261341T990000Z", "DTSTART:00010101T000000Z\r\nDURATION:P1D",
        "DTSTART:99991231T000000Z\r\nDURATION:P7W", "SUMMARY:sin hora",
        "DTSTART:20261124T150000Z\r\nRRULE:FREQ=NUNCA",
        "DTSTART:20261124T150000Z\r\nDURATION:mucho",
        "DTSTART:20261124T150000Z\r\nDTEND;VALUE=DATE:20261125",
        "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z\r\nRRULE:FREQ=DAILY;COUNT=-1",
        "DTSTART:20261124T150000Z\r\nDTEND:20261124T153000Z\r\nEXDATE:x\r\nRDATE:y",
    ]  # fmt: skip
    for lines in bad:
        assert ONE_HOUR[0] in busy(ics(good, lines)) or lines.endswith("20261125"), lines


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 100, b"<!DOCTYPE html><html><body>Log in</body></html>", b"\xff\xd8\xff\xe0",
     "BEGIN:VCALENDAR".encode("utf-16"), b"BEGIN:VCARD\r\nEND:VCARD", b"\r\n\r\n"],
)  # fmt: skip
def test_something_else_is_no_calendar(content):
    with pytest.raises(NoCalendar):
        busy(content)


@pytest.mark.parametrize(
    "content",
    [
        ics("DTSTART:ayer"),
        ics("DTSTART:00010101T000000Z\r\nDTEND:99991231T000000Z"),
    ],
)
def test_nothing_that_can_be_read_is_broken(content):
    with pytest.raises(Broken):
        busy(content)


@pytest.mark.parametrize(
    "content",
    [
        HEAD.encode(), HEAD.encode() + b"BEGIN:VEVENT\r\nDTSTART:20261124T150000Z\r\n",
        (HEAD + "END:VEVENT\r\n" * 3 + END).encode(), (HEAD + "BEGIN:VEVENT\r\n" * 500).encode(),
        (HEAD + "BEGIN:VTIMEZONE\r\nEND:VTIMEZONE\r\n" + END).encode(),
        ("BEGIN:VCALENDAR\r\n" * 2000).encode(), HEAD.encode() + b"x" * 500_000,
        (HEAD + "BEGIN:" + "a" * 9000 + "\r\n" + END).encode(),
        (HEAD + "BEGIN:VTODO\r\nDUE:20261124T150000Z\r\nEND:VTODO\r\n" + END).encode(),
    ],
)  # fmt: skip
def test_half_calendars_end_somehow(content):
    with contextlib.suppress(Broken, TooComplex):
        assert busy(content) == []


def test_words_in_another_encoding_do_no_harm():
    lines = "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z\r\nSUMMARY:Peluquería"
    assert busy(ics(lines).decode().encode("latin-1")) == ONE_HOUR
    assert busy(b"\xef\xbb\xbf" + ics(lines)) == ONE_HOUR


def many(count):
    return ics(*(
        f"DTSTART:202611{24 + n % 5}T{n % 24:02d}0000Z\r\nDURATION:PT5M" for n in range(count)
    ))  # fmt: skip


def test_a_hundred_thousand_events_are_too_many():
    content = many(100_000)
    began = time.process_time()
    with pytest.raises(TooComplex):
        busy(content)
    assert time.process_time() - began < 5


def test_years_of_past_events_are_no_trouble():
    past = [f"DTSTART:2019{1 + n % 12:02d}01T100000Z\r\nDTEND:2019{1 + n % 12:02d}01T110000Z"
            for n in range(15_000)]  # fmt: skip
    good = "DTSTART:20261124T150000Z\r\nDTEND:20261124T160000Z"
    assert busy(ics(*past, good)) == ONE_HOUR


def test_more_stretches_than_a_person_has():
    hourly = "DTSTART:20261124T000000Z\r\nDURATION:PT5M\r\nRRULE:FREQ=HOURLY"
    with time_limit(10), pytest.raises(TooComplex):
        busy(ics(hourly))


EVERY = {n: ",".join(map(str, range(n))) for n in (24, 60)}


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        ("FREQ=SECONDLY", False),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", False),
        ("FREQ=MINUTELY;INTERVAL=1", False),
        (f"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR={EVERY[24]};BYSECOND={EVERY[60]}", True),
        (f"FREQ=DAILY;BYSETPOS=-1;BYSECOND={EVERY[60]}", True),
        (f"FREQ=DAILY;BYHOUR={EVERY[24]};BYMINUTE={EVERY[60]};BYSECOND={EVERY[60]}", False),
    ],
    ids=["seconds", "never", "minutes", "seconds of no day", "last second", "all seconds"],
)
def test_rules_without_an_end_can_be_stopped(rule, ends):
    """Whoever asks sets the limit."""
    content = ics(f"DTSTART:20200101T000000Z\r\nDURATION:PT1S\r\nRRULE:{rule}")
    stops = contextlib.nullcontext() if ends else pytest.raises((TimeIsUp, TooComplex))
    began = time.process_time()
    with stops, time_limit(2):
        busy(content)
    assert time.process_time() - began < 4


def test_memory_stays_small():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    busy(many(9_000))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000  # kB
