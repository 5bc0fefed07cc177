"""When a message is due: examples by hand, and properties that hold for any visit and any zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.nights import awake, is_quiet, morning_after
from notifications.enums import REMINDERS, Kind
from notifications.timing import (
    LEAST_AHEAD,
    digest_due,
    evening_before,
    reminder_due,
)

pytestmark = pytest.mark.thorough

QUITO, SANTIAGO = ZoneInfo("America/Guayaquil"), ZoneInfo("America/Santiago")
MADRID, TOKYO = ZoneInfo("Europe/Madrid"), ZoneInfo("Asia/Tokyo")
WEEK, DAY, HOURS = REMINDERS


def at(text, zone):
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def shown(moment, zone):
    return moment.astimezone(zone).strftime("%m-%d %H:%M")


def due(kind, starts_at, zone, reader=None):
    return shown(
        reminder_due(kind, at(starts_at, zone), clinic=zone, reader=reader or zone), reader or zone
    )


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [
        ("00:00", True), ("07:59:59", True), ("08:00", False), ("12:00", False),
        ("20:59:59", False), ("21:00", True), ("23:59:59", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("zone", [QUITO, SANTIAGO, MADRID, TOKYO], ids=str)
def test_quiet_hours_are_from_nine_to_eight_on_the_readers_clock(clock, quiet, zone):
    assert is_quiet(at(f"2026-11-23T{clock}", zone), zone) == quiet


@pytest.mark.parametrize(
    ("clock", "morning", "evening"),
    [
        ("11-23T21:00", "11-24 08:00", "11-23 20:00"),
        ("11-23T23:59", "11-24 08:00", "11-23 20:00"),
        ("11-24T00:00", "11-24 08:00", "11-23 20:00"),
        ("11-24T07:59", "11-24 08:00", "11-23 20:00"),
    ],
)
def test_a_night_has_one_morning_and_one_evening(clock, morning, evening):
    moment = at(f"2026-{clock}", QUITO)
    assert shown(morning_after(moment, QUITO), QUITO) == morning
    assert shown(evening_before(moment, QUITO), QUITO) == evening
    assert awake(moment, QUITO) == morning_after(moment, QUITO)


def test_by_day_nothing_waits():
    moment = at("2026-11-23T20:59", QUITO)
    assert awake(moment, QUITO) == moment


@pytest.mark.parametrize(
    ("kind", "starts_at", "expected"),
    [
        (WEEK, "2026-11-25T09:00", "11-18 09:00"),
        (DAY, "2026-11-25T09:00", "11-24 09:00"),
        (HOURS, "2026-11-25T11:00", "11-25 09:00"),
        # In the night: the morning, where it leaves an hour ...
        (HOURS, "2026-11-25T09:59", "11-25 08:00"),
        (HOURS, "2026-11-25T09:00", "11-25 08:00"),
        (DAY, "2026-11-25T07:30", "11-24 08:00"),
        (DAY, "2026-11-25T22:00", "11-25 08:00"),
        # ... and else the evening before.
        (HOURS, "2026-11-25T08:59", "11-24 20:00"),
        (HOURS, "2026-11-25T07:00", "11-24 20:00"),
        (HOURS, "2026-11-25T23:30", "11-25 20:00"),
        (HOURS, "2026-11-26T01:00", "11-25 20:00"),
    ],
)
def test_reminders(kind, starts_at, expected):
    assert due(kind, starts_at, QUITO) == expected


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        (MADRID, "2027-03-28"),  # 2:00 becomes 3:00
        (MADRID, "2026-10-25"),  # 3:00 becomes 2:00
        (SANTIAGO, "2027-04-04"),  # 24:00 of the day before becomes 23:00
        (SANTIAGO, "2026-09-06"),  # 24:00 of the day before becomes 1:00
        (QUITO, "2027-03-28"),
    ],
)  # fmt: skip
def test_days_before_are_days_of_the_wall(zone, change):
    """A visit of the day of the change, or of the day after it, at ten: reminded of at ten."""
    for visit in (date.fromisoformat(change), date.fromisoformat(change) + timedelta(days=1)):
        for kind, days in ((DAY, 1), (WEEK, 7)):
            expected = (visit - timedelta(days=days)).strftime("%m-%d 10:00")
            assert due(kind, f"{visit}T10:00", zone) == expected


@pytest.mark.parametrize(
    ("zone", "change"), [(MADRID, "2027-03-28"), (MADRID, "2026-10-25"), (SANTIAGO, "2027-04-04")]
)
def test_two_hours_are_two_real_hours_and_the_morning_is_the_walls(zone, change):
    starts_at = at(f"{change}T12:00", zone)
    assert reminder_due(HOURS, starts_at, clinic=zone, reader=zone) == starts_at - timedelta(
        hours=2
    )
    assert due(HOURS, f"{change}T09:30", zone) == f"{change[5:]} 08:00"
    assert shown(digest_due(date.fromisoformat(change), zone), zone) == f"{change[5:]} 08:00"


def test_an_hour_that_does_not_exist_the_day_before_is_the_next_that_does():
    assert due(DAY, "2027-03-29T02:30", MADRID, QUITO) == "03-27 20:30"


def test_the_night_is_the_readers_not_the_consultorios():
    """10:00 in Quito is midnight in Tokyo."""
    assert due(DAY, "2026-11-25T10:00", QUITO, TOKYO) == "11-25 08:00"
    assert due(HOURS, "2026-11-25T10:00", QUITO, TOKYO) == "11-25 20:00"


ZONES = st.sampled_from(
    ["America/Guayaquil", "America/Santiago", "Europe/Madrid", "Asia/Tokyo", "Asia/Kathmandu",
     "Pacific/Apia", "America/St_Johns", "Australia/Lord_Howe", "UTC"]
).map(ZoneInfo)  # fmt: skip
# Both halves of the year, so that every change of a clock is near.
MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
MINUTES = MOMENTS.map(lambda moment: moment.replace(second=0, microsecond=0))


@given(kind=st.sampled_from(REMINDERS), starts_at=MINUTES, clinic=ZONES, reader=ZONES)
def test_no_reminder_is_due_in_its_readers_night_nor_after_it_can_help(
    kind, starts_at, clinic, reader
):
    moment = reminder_due(kind, starts_at, clinic=clinic, reader=reader)
    assert not is_quiet(moment, reader)
    assert moment <= starts_at - LEAST_AHEAD


@given(starts_at=MINUTES, clinic=ZONES, reader=ZONES)
def test_reminders_come_in_their_order(starts_at, clinic, reader):
    """So that a later one overtakes an earlier one, and never the other way round."""
    times = [reminder_due(k, starts_at, clinic=clinic, reader=reader) for k in REMINDERS]
    assert times == sorted(times)


@given(kind=st.sampled_from(REMINDERS), starts_at=MINUTES, clinic=ZONES, reader=ZONES)
def test_a_reminder_is_moved_by_less_than_a_night(kind, starts_at, clinic, reader):
    """By day it is due exactly when it says; else within the night's length, and an hour more."""
    moment = reminder_due(kind, starts_at, clinic=clinic, reader=reader)
    exact = starts_at - timedelta(hours=2)
    if kind != Kind.REMINDER_HOURS:
        days = 7 if kind == Kind.REMINDER_WEEK else 1
        exact = (starts_at.astimezone(clinic) - timedelta(days=days)).astimezone(UTC)
    moved = abs(moment - exact)
    assert moved <= timedelta(hours=13)
    if not is_quiet(exact, reader):
        assert moment == exact


@given(moment=MOMENTS, zone=ZONES)
def test_a_night_ends_in_the_morning(moment, zone):
    woken = awake(moment, zone)
    assert (is_quiet(woken, zone), woken >= moment) == (False, True)
    assert woken - moment <= timedelta(hours=12, minutes=30)
    if is_quiet(moment, zone):
        assert woken.astimezone(zone).strftime("%H:%M:%S") == "08:00:00"
        assert not is_quiet(evening_before(moment, zone), zone)
