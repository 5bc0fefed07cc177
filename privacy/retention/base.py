"""What a rule is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Rule:
    """`due` finds the rows, `forget` takes what is personal of them and says of how many.

    What was taken is not due any more: a second run finds nothing. One that is not taken in
    batches keeps its statements short by itself.
    """

    name: str
    due: Callable[[datetime], Any]
    forget: Callable[[Any], int]
    in_batches: bool = True


def delete(rows: Any) -> int:
    """Rows of the table itself, whatever goes with them."""
    _all, by_model = rows.delete()
    return int(by_model.get(rows.model._meta.label, 0))
