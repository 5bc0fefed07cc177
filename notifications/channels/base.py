"""What every way out has in common: three kinds of trouble, and one that takes a message."""

from typing import Any, Protocol

from notifications.models import Message
from notifications.readers import Reader


class Trouble(Exception):
    """Its words name no address."""


class Undeliverable(Trouble):
    """This message was refused for good: trying again would not help.

    `is_address` where it is the address that takes nothing, whatever was in the message.
    """

    def __init__(self, words: str, *, is_address: bool = False) -> None:
        super().__init__(words)
        self.is_address = is_address


class TryLater(Trouble):
    """This message was refused for now."""


class Unreachable(Trouble):
    """Nothing can be handed over now: no word about the message at hand."""


class Transport(Protocol):
    def compose(self, message: Message, reader: Reader | None) -> Any:
        """What is handed over, in the reader's language. Raises Undeliverable."""

    def deliver(self, parcel: Any) -> None:
        """Hand over one message. Raises Undeliverable, TryLater, Unreachable."""

    def close(self) -> None: ...
