"""Dates of a series, around clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from appointments.repeating import repeated, shift_between, shifted
from tests.appointments.strategies import minutes_of_day, places

MADRID = ZoneInfo("Europe/Madrid")


def wall(at, zone):
    return at.astimezone(zone).replace(tzinfo=None)


def exists(moment, zone):
    return wall(moment.replace(tzinfo=zone).astimezone(UTC), zone) == moment


@given(places, minutes_of_day, st.integers(1, 52), st.integers(0, 80))
def test_the_hour_on_the_wall_stays(place, minute, every, weeks_before):
    zone, day = ZoneInfo(place[0]), datetime.fromisoformat(place[1])
    # So that the change is on one of the dates, or near.
    first = (day + timedelta(minutes=minute) - timedelta(weeks=weeks_before)).replace(tzinfo=zone)
    start = first.astimezone(UTC)
    dates = repeated(start, zone, every_weeks=every, count=6, after=start)
    expected = [wall(start, zone) + n * timedelta(weeks=every) for n in range(1, 7)]
    assert len(dates) == 6
    for at, moment in zip(dates, expected, strict=True):
        assert at.tzinfo == UTC
        if exists(moment, zone):
            assert wall(at, zone) == moment
            # Where it comes twice, the first.
            assert at == moment.replace(tzinfo=zone, fold=0).astimezone(UTC)
        else:
            assert at == (moment - moment.replace(tzinfo=zone, fold=0).utcoffset()).replace(
                tzinfo=UTC
            )


@given(places, minutes_of_day, st.integers(1, 52), st.integers(0, 4000))
def test_they_begin_after_now(place, minute, every, days):
    zone = ZoneInfo(place[0])
    start = (datetime.fromisoformat(place[1]) + timedelta(minutes=minute)).replace(tzinfo=zone)
    start = start.astimezone(UTC)
    now = start + timedelta(days=days)
    dates = repeated(start, zone, every_weeks=every, count=3, after=now)
    usual = repeated(start, zone, every_weeks=every, count=800 // every + 3, after=start)
    assert dates == [at for at in usual if at > now][:3]


def test_madrid_keeps_ten_oclock():
    start = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
    dates = repeated(start, MADRID, every_weeks=1, count=3, after=start)
    assert [f"{at:%m-%d %H:%M}" for at in dates] == ["10-19 08:00", "10-26 09:00", "11-02 09:00"]


def test_a_skipped_hour_moves_on_and_the_next_is_as_ever():
    start = datetime(2027, 3, 21, 1, 30, tzinfo=UTC)
    dates = repeated(start, MADRID, every_weeks=1, count=2, after=start)
    assert [f"{wall(at, MADRID):%m-%d %H:%M}" for at in dates] == ["03-28 03:30", "04-04 02:30"]


def test_shifted_on_the_wall():
    before = datetime(2026, 10, 23, 8, 0, tzinfo=UTC)
    after = datetime(2026, 10, 26, 10, 30, tzinfo=UTC)
    by = shift_between(before, after, MADRID)
    assert by == timedelta(days=3, hours=1, minutes=30)
    assert shifted(before, MADRID, by) == after
