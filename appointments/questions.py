"""A question to the engine as other programs put it: one JSON object, checked field by field.

The fields and their meaning: docs/availability.md. Pure like the engine; imports no Django.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from appointments.availability import (
    Dated,
    ExceptionKind,
    Interval,
    Office,
    Weekly,
    free_starts,
    to_busy,
)

T = TypeVar("T")

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Some systems keep copies of the zones under other rules (leap seconds) beside them.
_NOT_IANA = ("posix/", "right/")


class MalformedQuestion(ValueError):
    """The question cannot be answered; the text says which field is wrong, and how."""


@dataclass(frozen=True, slots=True)
class Question:
    office: Office
    busy: list[Interval]
    now: datetime
    since: datetime
    until: datetime

    def starts(self) -> list[str]:
        found = free_starts(
            self.office, busy=self.busy, now=self.now, since=self.since, until=self.until
        )
        return [f"{start.isoformat()[:19]}Z" for start in found]


def answer_line(line: bytes | str) -> dict[str, object]:
    """The reply to one line of JSON: `id` with `starts`, or with the `error` in a sentence."""
    identity = None
    try:
        raw = _from_json(line)
        identity = _identity(raw)
        return {"id": identity, "starts": parse_question(raw).starts()}
    except MalformedQuestion as refusal:
        return {"id": identity, "error": str(refusal)}
    except Exception as trouble:  # the other questions still want their answers
        return {"id": identity, "error": f"The question failed here: {type(trouble).__name__}."}


def parse_question(raw: object) -> Question:
    """Raises MalformedQuestion. Unknown fields are passed over."""
    fields = _object(raw, "The question")
    office = _office(fields)
    query = _object(fields.get("query"), "query")
    return Question(
        office=office,
        busy=_each(_given(fields, "busy", []), "busy", _busy),
        now=_instant(fields.get("now"), "now"),
        since=_instant(query.get("from"), "query.from"),
        until=_instant(query.get("to"), "query.to"),
    )


def _from_json(line: bytes | str) -> object:
    try:
        text = line if isinstance(line, str) else line.decode("utf-8-sig")
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedQuestion(f"The line is not JSON: {error}.") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _identity(raw: object) -> object:
    """What the asker calls the question, unless it cannot be said back in JSON (1e999)."""
    identity = raw.get("id") if isinstance(raw, dict) else None
    try:
        json.dumps({"id": identity}, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return identity


def _office(fields: dict[str, object]) -> Office:
    step, horizon = fields.get("step_minutes"), fields.get("horizon_days")
    return Office(
        zone=_zone(fields.get("tz")),
        weekly=tuple(_each(fields.get("rules"), "rules", _weekly)),
        exceptions=tuple(_each(_given(fields, "exceptions", []), "exceptions", _dated)),
        slot_minutes=_whole(fields.get("slot_minutes"), "slot_minutes", least=1),
        step_minutes=None if step is None else _whole(step, "step_minutes", least=1),
        buffer_before=_whole(_given(fields, "buffer_before", 0), "buffer_before"),
        buffer_after=_whole(_given(fields, "buffer_after", 0), "buffer_after"),
        min_notice_minutes=_whole(_given(fields, "min_notice_minutes", 0), "min_notice_minutes"),
        horizon_days=None if horizon is None else _whole(horizon, "horizon_days"),
    )


def _weekly(raw: object, name: str) -> Weekly:
    rule = _object(raw, name)
    since, until = rule.get("valid_from"), rule.get("valid_until")
    return Weekly(
        _whole(rule.get("weekday"), f"{name}.weekday", least=1, most=7),
        _minute(rule.get("start"), f"{name}.start"),
        _end_minute(rule.get("end"), f"{name}.end"),
        None if since is None else _date(since, f"{name}.valid_from"),
        None if until is None else _date(until, f"{name}.valid_until"),
    )


def _dated(raw: object, name: str) -> Dated:
    exception = _object(raw, name)
    day = _date(exception.get("date"), f"{name}.date")
    kind, start, end = exception.get("type"), exception.get("start"), exception.get("end")
    if kind not in ("closed", "extra"):
        raise MalformedQuestion(f'{name}.type must be "closed" or "extra".')
    if kind == "closed" and start is None and end is None:
        return Dated(day, ExceptionKind.CLOSED)
    return Dated(
        day,
        ExceptionKind(kind),
        _minute(start, f"{name}.start"),
        _end_minute(end, f"{name}.end"),
    )


def _busy(raw: object, name: str) -> Interval:
    if not isinstance(raw, list) or len(raw) != 2:
        raise MalformedQuestion(f"{name} must be a pair of instants: [start, end].")
    return to_busy(_instant(raw[0], name), _instant(raw[1], name))


def _given(fields: dict[str, object], name: str, default: object) -> object:
    """A field that may be left out, or be null."""
    value = fields.get(name)
    return default if value is None else value


def _each(raw: object, name: str, parse: Callable[[object, str], T]) -> list[T]:
    if not isinstance(raw, list):
        raise MalformedQuestion(f"{name} must be a list.")
    return [parse(item, f"{name}[{index}]") for index, item in enumerate(raw)]


def _object(raw: object, name: str) -> dict[str, object]:
    if not isinstance(raw, dict):
        raise MalformedQuestion(f"{name} must be a JSON object.")
    return raw


def _zone(raw: object) -> ZoneInfo:
    if isinstance(raw, str) and not raw.startswith(_NOT_IANA):
        try:
            return ZoneInfo(raw)
        except (KeyError, ValueError, OSError):
            pass  # not found, not a zone's name, the name of a folder of zones
    raise MalformedQuestion('tz must be the name of an IANA time zone, like "America/Guayaquil".')


def _whole(raw: Any, name: str, *, least: int = 0, most: int | None = None) -> int:
    # JSON's true and false are ints to Python.
    is_number = isinstance(raw, int) and not isinstance(raw, bool)
    if is_number and raw >= least and (most is None or raw <= most):
        return int(raw)
    limits = f"at least {least}" if most is None else f"from {least} to {most}"
    raise MalformedQuestion(f"{name} must be a whole number, {limits}.")


def _minute(raw: object, name: str) -> int:
    clock = _CLOCK.fullmatch(raw) if isinstance(raw, str) else None
    if clock is None:
        raise MalformedQuestion(f'{name} must be a local time "HH:MM", from "00:00" to "23:59".')
    return int(clock[1]) * 60 + int(clock[2])


def _end_minute(raw: object, name: str) -> int:
    return 24 * 60 if raw == "24:00" else _minute(raw, name)


def _date(raw: object, name: str) -> date:
    try:
        if isinstance(raw, str) and _DATE.fullmatch(raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass  # the 30th of February
    raise MalformedQuestion(f'{name} must be a date "YYYY-MM-DD".')


def _instant(raw: object, name: str) -> datetime:
    try:
        instant = datetime.fromisoformat(raw) if isinstance(raw, str) else None
        if instant is not None and instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # no such hour, or before the year 1
    raise MalformedQuestion(
        f'{name} must be an instant with its offset, like "2026-11-24T14:00:00Z".'
    )
