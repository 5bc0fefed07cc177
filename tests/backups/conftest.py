"""A database with rows of every app, a backup of it, and a copy that was restored from that."""

import os
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql
from pyrage import x25519

from doctobooking.backups import postgres
from doctobooking.backups.making import Wish, make
from doctobooking.backups.restoring import restore
from doctobooking.local.state import PROJECT
from tests.template_database import template

PHOTO = b"the bytes of a photo, as they lie in the folder of media " * 3000


def address(name):
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


class Databases:
    """Databases of this run, by a short name; gone at its end."""

    def __init__(self):
        self.made = []
        self.prefix = "_".join(
            (
                postgres.name_of(os.environ["DATABASE_URL"]),
                os.environ.get("PYTEST_XDIST_WORKER", "main"),
            )
        )

    def make(self, short, template="template0"):
        name = f"{self.prefix}_{short}"
        self.run("DROP DATABASE IF EXISTS {}", name)
        self.made.append(name)
        self.run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return address(name)

    def names(self):
        with psycopg.connect(address("postgres")) as server:
            return {row[0] for row in server.execute("SELECT datname FROM pg_database")}

    def run(self, query, *names):
        with psycopg.connect(address("postgres"), autocommit=True) as server:
            server.execute(sql.SQL(query).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def databases(django_db_setup):
    found = Databases()
    yield found
    for name in found.made:
        found.run("DROP DATABASE IF EXISTS {}", name)


def environment(variables):
    ours = {**os.environ, "DJANGO_SETTINGS_MODULE": "doctobooking.settings.test"}
    return {**ours, **{name: str(value) for name, value in variables.items()}}


def run(*arguments, **variables):
    """A command of ours as people start it; its environment is ours and `variables`."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", *map(str, arguments)],
        cwd=PROJECT, env=environment(variables), capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def start(*arguments, **variables):
    """The same, without waiting for its end."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", *map(str, arguments)],
        cwd=PROJECT, env=environment(variables), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_until(is_so, process):
    deadline = time.monotonic() + 60
    while not is_so():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="session")
def source(databases, tmp_path_factory):
    """The live database and its media."""
    url = databases.make("live", template())
    data = tmp_path_factory.mktemp("live")
    sizes = ("--doctors", "12", "--patients", "12", "--visits", "60")
    for command in (("load_reference",), ("seed_demo", *sizes)):
        told = run("manage.py", *command, DATABASE_URL=url, DOCTOBOOKING_DATA=data, DEMO="true")
        assert told.returncode == 0, told.stderr
    media = data / "test" / "media"
    (media / "doctors").mkdir(parents=True, exist_ok=True)
    (media / "doctors" / "ñandú.jpg").write_bytes(PHOTO)
    (media / "empty.txt").touch()
    return SimpleNamespace(url=url, data=data, media=media)


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    """A pair of keys: the public one, and the file of the secret one."""
    identity = x25519.Identity.generate()
    file = tmp_path_factory.mktemp("key") / "identity"
    file.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    return SimpleNamespace(public=str(identity.to_public()), file=file, identity=identity)


@pytest.fixture
def wish(source, key, tmp_path):
    return Wish(source.url, source.media, tmp_path / "shelf", [key.public], 35)


@pytest.fixture(scope="session")
def backup(source, key, tmp_path_factory):
    """The dump of a backup that was made once, its media and note beside it."""
    folder = tmp_path_factory.mktemp("shelf")
    make(Wish(source.url, source.media, folder, [key.public], 35))
    return next(folder.glob("*.dump.age"))


@pytest.fixture(scope="session")
def restored(databases, backup, key, tmp_path_factory, django_db_blocker):
    """What a restore gives: a database, a folder of media, and the lines that were said."""
    url, media = databases.make("copy"), tmp_path_factory.mktemp("copy") / "media"
    told = []
    with django_db_blocker.unblock():
        restore(backup, key.file, url, media, told.append)
    return SimpleNamespace(url=url, media=media, told=told)


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Puts a program of that name before the real one, whose path it is given as REAL."""
    folder = tmp_path / "programs"
    folder.mkdir()

    def put(name, body):
        real = postgres.program(name, 18)
        path = folder / name
        path.write_text(
            f'#!/bin/sh\nREAL={real}\nif [ "$1" = --version ]; then exec $REAL "$1"; fi\n{body}\n'
        )
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    return put
