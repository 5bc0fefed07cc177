"""The contract of the engine read minute by minute, to check the engine against.

Written from the rules of docs/availability.md and on purpose by other means than the engine: it
marks each minute that is open or blocked, and finds the instant of a wall time by looking at the
office's clock (UTC to local only). Slow, and only for zones whose offsets are whole minutes.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CHAIN_DAYS = 9  # rule 9: hours with no beginning within these days are out of contract


class NeverCloses(Exception):
    """The question is out of contract."""


def starts(question):
    """The answer to a question of the slots command, given as its JSON object."""
    since, until = instant(question["query"]["from"]), instant(question["query"]["to"])
    if since >= until:
        return []
    office = MarkedMinutes(question, since, until)
    return [
        t.strftime("%Y-%m-%dT%H:%M:%SZ") for t in office.candidates() if is_offered(question, t)
    ]


class MarkedMinutes:
    """One byte for each minute from long before the query to long after it."""

    def __init__(self, question, since, until):
        self.since, self.until = since, until
        self.length = question["slot_minutes"]
        self.step = question.get("step_minutes") or self.length
        self.origin = whole_minute(since) - (CHAIN_DAYS + 5) * DAY
        self.total = (until - self.origin) // MINUTE + self.length + 3 * 24 * 60
        self.open, self.blocked = bytearray(self.total), bytearray(self.total)
        self.zone = question["tz"]
        self.mark_all(question)

    def mark_all(self, question):
        day = self.origin.date() - 3 * DAY
        last = (self.origin + self.total * MINUTE).date() + 3 * DAY
        while day <= last:
            self.mark_day(question, day)
            day += DAY

    def mark_day(self, question, day):
        today = [e for e in question.get("exceptions", []) if e["date"] == day.isoformat()]
        timed = [e for e in today if e.get("start") is not None]
        if len(timed) == len(today):  # no closed day
            for rule in question["rules"]:
                if rule["weekday"] == day.isoweekday() and is_valid(rule, day):
                    self.mark(self.open, day, rule)
        for exception in timed:
            marks = {"extra": self.open, "closed": self.blocked}[exception["type"]]
            self.mark(marks, day, exception)

    def mark(self, marks, day, window):
        opens, closes = window["start"], window["end"]
        if opens == closes:
            return
        end_day = day + DAY if closes < opens or closes == "24:00" else day
        first = first_instant(self.zone, on_clock(day, opens))
        end = first_instant(self.zone, on_clock(end_day, closes.replace("24:", "00:")))
        begins, ends = ((t - self.origin) // MINUTE for t in (first, end))
        for index in range(max(begins, 0), min(ends, self.total)):
            marks[index] = 1

    def candidates(self):
        """Minutes in the query on the grid of their joined window, where a whole visit fits."""
        index = -((self.origin - self.since) // MINUTE)
        while (t := self.origin + index * MINUTE) < self.until:
            if self.open[index] and self.is_on_grid(index) and self.fits(index):
                yield t
            index += 1

    def is_on_grid(self, index):
        beginning = self.open.rfind(0, 0, index) + 1
        if index - beginning > CHAIN_DAYS * 24 * 60:
            raise NeverCloses
        return (index - beginning) % self.step == 0

    def fits(self, index):
        visit = slice(index, index + self.length)
        return 0 not in self.open[visit] and 1 not in self.blocked[visit]


def is_valid(rule, day):
    begins, ends = rule.get("valid_from") or "0001-01-01", rule.get("valid_until") or "9999-12-31"
    return begins <= day.isoformat() <= ends


def is_offered(question, t):
    """The rules that do not depend on the hours: busy, buffers, notice, horizon."""
    before = t - question.get("buffer_before", 0) * MINUTE
    after = t + (question["slot_minutes"] + question.get("buffer_after", 0)) * MINUTE
    for pair in question.get("busy", []):
        start, end = instant(pair[0]), instant(pair[1])
        if start < end and max(start, before) < min(end, after):
            return False
    now = instant(question["now"])
    if t - now < question.get("min_notice_minutes", 0) * MINUTE:
        return False
    horizon = question.get("horizon_days")
    zone = ZoneInfo(question["tz"])
    ahead = (t.astimezone(zone).date() - now.astimezone(zone).date()).days
    return horizon is None or ahead <= horizon


def instant(text):
    return datetime.fromisoformat(text)


def whole_minute(t):
    return t.replace(second=0, microsecond=0)


def on_clock(day: date, clock: str):
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}:00")


@lru_cache(maxsize=100_000)
def first_instant(zone, wall):
    """When the office's clock first shows `wall`; if it never does, the instant at which it
    would if nobody had moved it forward."""
    seen = {wall.replace(tzinfo=UTC) - offset for offset in offsets_around(zone, wall)}
    shown = [u for u in seen if shows(zone, u) == wall]
    if shown:
        return min(shown)
    u = wall.replace(tzinfo=UTC) - 26 * HOUR
    while shows(zone, u + MINUTE) < wall:
        u += MINUTE
    return wall.replace(tzinfo=UTC) - offset_at(zone, u)


def offsets_around(zone, wall):
    near = wall.replace(tzinfo=UTC)
    return {offset_at(zone, near + hours * HOUR) for hours in range(-26, 27)}


def offset_at(zone, u):
    return shows(zone, u).replace(tzinfo=UTC) - u


def shows(zone, u):
    return u.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
