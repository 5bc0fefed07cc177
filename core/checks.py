"""What `manage.py migrate`, which runs before each start, asks of the database, and what `check
--deploy` asks of the settings.
"""

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


@register(Tags.security, deploy=True)
def visitors_are_told_apart(**_kwargs: Any) -> list[CheckMessage]:
    """Behind a proxy that is not counted all visitors have its address: whoever guesses passwords
    would close the log-in for everybody.
    """
    if settings.SECURE_PROXY_SSL_HEADER is None or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    return [Error("BEHIND_TLS_PROXY needs TRUSTED_PROXY_COUNT, at least 1.", id="core.E002")]


@register(Tags.security, deploy=True)
def hosts_are_named(**_kwargs: Any) -> list[CheckMessage]:
    """The link for a new password begins with the host that was asked for."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [Error("ALLOWED_HOSTS must name the hosts, without *.", id="core.E003")]


def settings_of(alias: str) -> dict[str, str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY (%s) ORDER BY name",
            [list(DURABLE)],
        )
        return dict(cursor.fetchall())
