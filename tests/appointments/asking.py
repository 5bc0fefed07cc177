"""Questions to the engine, as short as a test can say them.

November 2026: Guayaquil is five hours behind UTC; the 23rd is a Monday.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from appointments.questions import parse_question

MONDAY, TUESDAY, SATURDAY, SUNDAY = 1, 2, 6, 7


def ask(since, until, *windows, **fields):
    """Starts of an office with windows `(weekday, start, end)`; Guayaquil, 30 minutes."""
    question = {
        "tz": "America/Guayaquil",
        "rules": [{"weekday": d, "start": start, "end": end} for d, start, end in windows],
        "slot_minutes": 30,
        "now": "2000-01-01T00:00:00Z",
        "query": {"from": since, "to": until},
        **fields,
    }
    return parse_question(question).starts()


def monday(*windows, **fields):
    """Starts of Monday 23 November 2026 as "HH:MM" in Guayaquil."""
    return times(
        ask("2026-11-23T05:00:00Z", "2026-11-24T05:00:00Z", *windows, **fields), "America/Guayaquil"
    )


def times(starts, zone):
    local = [datetime.fromisoformat(start).astimezone(ZoneInfo(zone)) for start in starts]
    return [f"{t:%H:%M}" for t in local]


def closed(day, start=None, end=None):
    return {"date": day, "type": "closed", "start": start, "end": end}


def extra(day, start, end):
    return {"date": day, "type": "extra", "start": start, "end": end}
