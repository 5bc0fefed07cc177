"""Instants in addresses: `20261124T152000Z`, RFC 3339's basic form, always UTC."""

from datetime import UTC, datetime

from django.urls import register_converter

FORMAT = "%Y%m%dT%H%M%SZ"


class InstantConverter:
    # Years outside this century overflow somewhere between zone, horizon and database.
    regex = r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])T[0-2][0-9][0-5][0-9][0-5][0-9]Z"

    def to_python(self, value: str) -> datetime:
        """Raises ValueError (a 404) for a date that does not exist."""
        return datetime.strptime(value, FORMAT).replace(tzinfo=UTC)

    def to_url(self, value: datetime | str) -> str:
        return value if isinstance(value, str) else value.astimezone(UTC).strftime(FORMAT)


def register() -> None:
    register_converter(InstantConverter, "instant")
