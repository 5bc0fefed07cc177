"""What never reaches a log line."""

import re
from collections.abc import MutableMapping
from typing import Any

PERSONAL = ("ip", "user_agent", "email", "phone")
# What somebody looks for may tell their illness; the key of a link opens what it was sent for.
QUERY = re.compile(r"\?.*", re.DOTALL)
# Postgres quotes the row that it refuses: names, phones and all.
REFUSED_ROW = re.compile(r"DETAIL:.*?(?=\n\n(?:The above|During)|\Z)", re.DOTALL)
LINK_KEY = re.compile(r"(/reset/key/|/invitacion/|/enlace/|/calendario/|/salas?/|/ayuda/c/)[^/\s]+")


def drop_personal_data(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: people are ids in our logs, their addresses are nobody's business."""
    for name in PERSONAL:
        event.pop(name, None)
    if "request" in event:
        event["request"] = QUERY.sub("", str(event["request"]))
    for name in {"request", "event"} & event.keys():
        event[name] = LINK_KEY.sub(r"\1...", str(event[name]))
    return event


def drop_refused_rows(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor for after the exception has become text."""
    if "exception" in event:
        event["exception"] = REFUSED_ROW.sub("DETAIL: ...", str(event["exception"]))
    return event
