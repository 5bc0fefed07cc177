"""The migrated database that every run's own is a copy of: made once for each state of migrations.

It stays on the servers of the tests. To run all migrations took each worker of each run longer
than most of its tests.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg

from doctobooking.local.state import PROJECT

PREFIX = "migrated_"
# Whoever comes first makes it, the others wait.
LOCK = 7_206_113


def template() -> str:
    """Its name. Made if it is not there; those of other migrations go."""
    name = PREFIX + _fingerprint()
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        rows = server.execute("SELECT datname FROM pg_database").fetchall()
        there = {row[0] for row in rows if row[0].startswith(PREFIX)}
        if name not in there:
            for other in there:
                server.execute(f'DROP DATABASE IF EXISTS "{other}" WITH (FORCE)')
            unready = f"{name}_unready"
            server.execute(f'CREATE DATABASE "{unready}"')
            _migrate(unready)
            server.execute(f'ALTER DATABASE "{unready}" RENAME TO "{name}"')
    return name


def _migrate(name: str) -> None:
    migrate = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity=0"]
    environment = {**os.environ, "DATABASE_URL": address_of(name)}
    environment["DJANGO_SETTINGS_MODULE"] = "doctobooking.settings.test"
    subprocess.run(migrate, cwd=PROJECT, env=environment, check=True)


def address_of(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _fingerprint() -> str:
    """Of every migration, ours and the libraries': what runs, and in what order."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 -- settings are known

    digest = hashlib.sha256()
    for path in _files(MigrationLoader(None)):
        digest.update(path.encode())
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()[:16]


def _files(loader) -> Iterator[str]:
    modules = {type(migration).__module__ for migration in loader.disk_migrations.values()}
    for name in sorted(modules):
        yield str(sys.modules[name].__file__)
