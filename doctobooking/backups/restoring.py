"""`restore`: a backup into an empty database. All is looked at before anything is written."""

from collections.abc import Callable
from pathlib import Path

from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.utils import ConnectionHandler

from doctobooking.backups import media, postgres
from doctobooking.backups.sealing import check, identities
from doctobooking.backups.shelf import DUMP, MEDIA, note_of, refuse_if_changed
from doctobooking.settings.base import database

ALIAS = "restored"


def restore(
    dump: Path, identity: Path, url: str, folder: Path | None, tell: Callable[[str], None]
) -> None:
    """Raises Refusal, with nothing restored, on another key, a damaged file and a target in use."""
    keys = identities(identity)
    note = note_of(dump)
    tar = dump.with_name(dump.name.removesuffix(DUMP) + MEDIA)
    for file in (dump, tar) if folder else (dump,):
        refuse_if_changed(file, note)
        check(file, keys)
    postgres.refuse_unless_empty(url)
    if folder:
        media.refuse_unless_free(folder)
    tell(f"backup of {note['at']}, by version {note['version']}: whole, and the key opens it")
    postgres.restore(dump, keys, url)
    tell(f"database {postgres.name_of(url)}: restored")
    if folder:
        tell(f"media {folder}: {media.unpack(tar, keys, folder)} files")
    for line in migrations_told(url):
        tell(line)


def migrations_told(url: str) -> list[str]:
    """What differs between the code here and the schema there. Needs the apps to be loaded."""
    # The recorder of migrations asks for its connection by name, among those of the process.
    connections[ALIAS] = ConnectionHandler({"default": {}, ALIAS: database(url)})[ALIAS]
    try:
        loader = MigrationLoader(connections[ALIAS])
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
    # Not the plan of `migrate`: it takes what lies before an applied one for applied.
    missing = sorted(set(loader.graph.nodes) - set(loader.applied_migrations))
    strange = sorted(set(loader.applied_migrations) - set(loader.disk_migrations))
    lines = [f"missing (run manage.py migrate): {app}.{name}" for app, name in missing]
    lines += [f"unknown to this version: {app}.{name}" for app, name in strange]
    return lines or ["migrations: as this version has them"]
