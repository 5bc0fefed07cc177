"""Questions to the engine around the days on which clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

# Local dates around which something happens; the last of each zone are ordinary days.
CHANGES = {
    "America/Santiago": ["2026-04-04", "2026-09-06", "2025-09-07", "2024-04-07"],  # at midnight
    "America/Asuncion": ["2023-10-01", "2024-03-24", "2024-10-06", "2026-03-22"],
    "America/Havana": ["2026-03-08", "2026-11-01", "2025-03-09"],  # 00:00 -> 01:00 and back
    "America/Sao_Paulo": ["2018-11-04", "2019-02-17", "2017-10-15", "2026-02-22"],
    "America/St_Johns": ["2010-03-14", "2010-11-07", "2026-11-01"],  # at 00:01 in 2010
    "America/New_York": ["2026-03-08", "2026-11-01"],
    "America/Guayaquil": ["1992-11-28", "1993-02-05", "2026-11-24"],
    "America/Caracas": ["2007-12-09", "2016-05-01"],  # by half an hour, for good
    "America/Mexico_City": ["2022-10-30", "2026-04-05"],
    "America/Scoresbysund": ["2024-03-31", "2025-10-26"],
    "America/Bogota": ["1993-02-06", "2026-11-24"],
    "America/Lima": ["1994-01-01", "2026-11-24"],
    "Europe/Madrid": ["2026-03-29", "2026-10-25", "2026-06-10"],
    "Europe/Dublin": ["2026-03-29", "2026-10-25"],
    "Atlantic/Azores": ["2026-03-29", "2026-10-25"],  # back across midnight
    "Africa/Casablanca": ["2026-02-15", "2026-03-22", "2025-02-23"],
    "Africa/Cairo": ["2026-04-24", "2026-10-30"],  # midnight
    "Asia/Beirut": ["2026-03-29", "2026-10-25"],
    "Asia/Kathmandu": ["1986-01-01", "2026-11-24"],  # 15 minutes, once
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],  # 30 minutes
    "Antarctica/Troll": ["2026-03-29", "2026-10-25"],  # two hours
    "Pacific/Apia": ["2011-12-30", "2011-12-31", "2021-04-04"],  # a day that never was
    "Pacific/Kwajalein": ["1993-08-21", "2026-11-24"],
    "UTC": ["2026-11-24"],
}
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

places = st.sampled_from([(zone, day) for zone, days in CHANGES.items() for day in days])
minutes_of_day = st.one_of(
    st.sampled_from([0, 1, 15, 30, 59, 60, 61, 90, 119, 120, 150, 180, 240]),
    st.sampled_from([540, 720, 780, 1080, 1200, 1320, 1380, 1410, 1425, 1438, 1439]),
    st.integers(0, 1439),
)
usual_lengths = st.sampled_from([5, 10, 15, 20, 30, 45, 60])
odd_lengths = st.one_of(st.integers(1, 200), st.sampled_from([720, 1440, 1500, 2880]))
lengths = st.sampled_from([usual_lengths] * 4 + [odd_lengths]).flatmap(lambda chosen: chosen)
buffers = st.one_of(st.just(0), st.just(0), st.sampled_from([5, 10, 60]), st.integers(0, 300))


def clock(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}"


def stamp(instant):
    return instant.isoformat().replace("+00:00", "Z")


@st.composite
def windows(draw):
    """Anything from an empty window to one that ends a minute before its beginning, next day."""
    start = draw(minutes_of_day)
    ends = st.one_of(minutes_of_day.map(clock), st.sampled_from(["24:00", "24:00", "00:00"]))
    return {"start": clock(start), "end": draw(ends)}


long_windows = st.sampled_from(
    [("00:00", "24:00"), ("00:00", "06:00"), ("21:00", "24:00"), ("20:00", "04:00"),
     ("09:00", "13:30"), ("00:30", "23:59"), ("22:00", "21:59"), ("10:00", "10:00")]
).map(lambda pair: {"start": pair[0], "end": pair[1]})  # fmt: skip


@st.composite
def rules(draw, middle):
    """Mostly on the day of the change and its neighbours; now and then with dates of validity."""
    ahead = draw(st.sampled_from([0, 0, 0, -1, -1, 1, 2, 3, 4, 5]))
    rule = {
        "weekday": (middle.weekday() + ahead) % 7 + 1,
        **draw(st.one_of(windows(), long_windows)),
    }
    for end in draw(st.sampled_from([(), (), (), ("valid_from",), ("valid_until",)])):
        rule[end] = (middle + draw(st.integers(-8, 2)) * timedelta(days=1)).date().isoformat()
    return rule


@st.composite
def exceptions(draw, middle):
    day = (middle + draw(st.integers(-2, 2)) * timedelta(days=1)).date().isoformat()
    kind = draw(st.sampled_from(["closed", "extra", "extra", "extra", "day"]))
    if kind == "day":
        return {"date": day, "type": "closed"}
    if kind == "closed":
        return {"date": day, "type": kind, **draw(windows())}
    return {"date": day, "type": kind, **draw(st.one_of(windows(), long_windows))}


@st.composite
def chains(draw, middle):
    """Whole days one after another until the day before, seldom longer than is in contract."""
    first = draw(st.sampled_from([-9, -8, -8, -8, -7, -5, -2, 0]))
    days = [(middle + ahead * timedelta(days=1)).date().isoformat() for ahead in range(first, 2)]
    return [{"date": day, "type": "extra", "start": "00:00", "end": "24:00"} for day in days]


def instants_near(middle, hours):
    """To the minute or to the second."""
    whole = st.integers(-hours * 60, hours * 60).map(lambda m: middle + m * MINUTE)
    odd = st.integers(-hours * 3600, hours * 3600).map(lambda s: middle + s * SECOND)
    return st.one_of(whole, odd)


@st.composite
def busy_pairs(draw, middle):
    start = draw(instants_near(middle, 36))
    lasts = st.one_of(
        st.integers(-2, 120).map(lambda m: m * MINUTE),
        st.integers(-60, 4000).map(lambda s: s * SECOND),
    )
    return [stamp(start), stamp(start + draw(lasts))]


@st.composite
def questions(draw):
    """A question as its JSON object, within the contract but for hours that never close."""
    zone, day = draw(places)
    middle = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=6)
    since = draw(instants_near(middle - timedelta(hours=18), 18))
    until = since + draw(st.one_of(st.integers(1500, 4000), st.integers(-1, 4000))) * MINUTE
    long_ago = middle - timedelta(days=20)
    now = long_ago if draw(st.booleans()) else draw(instants_near(since, 30))
    horizons = st.integers(-1, 3).map(lambda d: max(0, (middle - now).days + d))
    length = draw(lengths)
    chain = draw(chains(middle)) if draw(st.integers(0, 7)) == 5 else []
    return {
        "tz": zone,
        "rules": draw(st.lists(rules(middle), min_size=draw(st.sampled_from([0, 3])), max_size=7)),
        "exceptions": draw(st.lists(exceptions(middle), max_size=5)) + chain,
        "slot_minutes": length,
        "step_minutes": draw(st.one_of(st.none(), st.none(), lengths, st.integers(1, 20))),
        "buffer_before": draw(buffers),
        "buffer_after": draw(buffers),
        "min_notice_minutes": draw(st.sampled_from([0, 0, 1, 59, 120, 1501, 29_000])),
        "horizon_days": draw(st.one_of(st.none(), horizons)),
        "busy": draw(st.lists(busy_pairs(middle), max_size=6)),
        "now": stamp(now),
        "query": {"from": stamp(since), "to": stamp(until)},
    }


def minute_closed(question, instant):
    begins = instant.astimezone(ZoneInfo(question["tz"]))
    ends = begins + MINUTE
    return {
        "date": begins.date().isoformat(),
        "type": "closed",
        "start": f"{begins:%H:%M}",
        "end": f"{ends:%H:%M}",
    }


@st.composite
def edges(draw, question, start):
    """The same question with one bound moved to where `start` is just, or just not, offered."""
    near = start + draw(st.sampled_from([-1000, -1, 0, 0, 1, 1000])) * SECOND / 1000
    before, after = question["buffer_before"] * MINUTE, question["buffer_after"] * MINUTE
    length = question["slot_minutes"] * MINUTE
    notice = question["min_notice_minutes"] * MINUTE
    end = near + length + after
    day = start.astimezone(ZoneInfo(question["tz"])).date()
    today = datetime.fromisoformat(question["now"]).astimezone(ZoneInfo(question["tz"])).date()
    minute = draw(st.sampled_from([start - MINUTE, start, start + length - MINUTE, start + length]))
    moved = draw(
        st.sampled_from(
            [
                {"busy": [[stamp(near - before - 600 * SECOND), stamp(near - before)]]},
                {"busy": [[stamp(end), stamp(end + 600 * SECOND)]]},
                {"query": {**question["query"], "from": stamp(near)}},
                {"query": {**question["query"], "to": stamp(near)}},
                {"now": stamp(near - notice)},
                {"exceptions": [*question["exceptions"], minute_closed(question, minute)]},
                {"horizon_days": max(0, (day - today).days + draw(st.integers(-1, 0)))},
            ]
        )
    )
    return {**question, **moved}
