"""Chance that repeats itself: the same seed gives the same people, places and visits."""

import random
import uuid
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_DRAWN = {"#": "0123456789", "%": "23456789", "@": "ABCDEFGHJKLMNPRSTUVWXYZ"}


class Chance(random.Random):
    """Seeded with a text that names the stream, so that one stream cannot shift another."""

    def happens(self, share: float) -> bool:
        return self.random() < share

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        return self.choices(items, weights)[0]

    def fill(self, pattern: str) -> str:
        """`#` any digit, `%` 2-9, `@` a letter; anything else stays."""
        return "".join(self.choice(_DRAWN[sign]) if sign in _DRAWN else sign for sign in pattern)

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.getrandbits(128), version=4)
