"""What `manage.py migrate`, which runs before each start, asks of the database."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

# What a commit needs to outlive a power cut; `local` and `remote_write` wait for this disk, too.
DURABLE = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
}


@register(Tags.database)
def database_is_durable(
    *, databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """A booking that was confirmed must be there after a crash. Off for tests, which are fast."""
    if not settings.DATABASE_MUST_BE_DURABLE:
        return []
    return [
        Error(f"Postgres has {name}={value}: what was committed can be lost.", id="core.E001")
        for alias in databases or ()
        for name, value in settings_of(alias).items()
        if value not in DURABLE[name]
    ]


def settings_of(alias: str) -> dict[str, str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY (%s) ORDER BY name",
            [list(DURABLE)],
        )
        return dict(cursor.fetchall())
