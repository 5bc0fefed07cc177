"""Backups: who can read them, where they lie, for how long (docs/adr/0047)."""

import environ

env = environ.Env()

# Public keys of age. The secret ones are on no server.
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
# Without one: a folder `backups` beside the media.
BACKUP_FOLDER = env.str("BACKUP_FOLDER", default="")
# What somebody had deleted is in a backup for so long, and no longer.
BACKUP_KEEP_DAYS = env.int("BACKUP_KEEP_DAYS", default=35)
