"""What never reaches a log line."""

from collections.abc import MutableMapping
from typing import Any

PERSONAL = ("ip", "user_agent", "email", "phone")


def drop_personal_data(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: people are ids in our logs, their addresses are nobody's business."""
    for name in PERSONAL:
        event.pop(name, None)
    return event
