"""`make`: one backup, or one after another."""

import json
import logging
import threading
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from doctobooking.backups import media, postgres
from doctobooking.backups.sealing import Seen, recipients
from doctobooking.backups.shelf import DUMP, MEDIA, NOTE, Shelf, name_at
from doctobooking.local.state import PROJECT, Refusal

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wish:
    """What is to be saved, where to, for whom to read, and for how many days."""

    url: str
    media: Path
    folder: Path
    recipients: Sequence[str]
    keep_days: int


def make(wish: Wish) -> dict[str, Any]:
    """Returns the note that lies beside the backup. Raises Refusal, and leaves nothing then."""
    keys = recipients(wish.recipients)
    if wish.keep_days < 1:
        raise Refusal("Nothing was backed up: BACKUP_KEEP_DAYS must be 1 or more.")
    shelf = Shelf(wish.folder)
    with shelf.alone():
        found = postgres.describe(wish.url)
        dump, tar, note = (name_at(found.at, part) for part in (DUMP, MEDIA, NOTE))
        seen = {}
        # First the rows: a photo that comes meanwhile is one too many, and not one too few.
        with shelf.begin(dump) as target:
            seen[dump] = postgres.dump(wish.url, target, keys)
        with shelf.begin(tar) as target:
            seen[tar] = media.pack(wish.media, target, keys)
        written = _note(wish, found, seen)
        with shelf.begin(note) as target:
            target.write(json.dumps(written, indent=1).encode())
        shelf.finish(tar, dump, note)
        # Only now: what cannot be made anew is not thrown away for it.
        gone = shelf.forget_before(found.at - timedelta(days=wish.keep_days))
    return {**written, "deleted": gone}


def _note(wish: Wish, found: postgres.Description, seen: dict[str, Seen]) -> dict[str, Any]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        "at": found.at.isoformat(),
        "version": project["project"]["version"],
        "postgres": found.server,
        "recipients": list(wish.recipients),
        "files": {name: asdict(what) for name, what in seen.items()},
        "migrations": found.migrations,
    }


def try_to_make(wish: Wish) -> bool:
    """One line of the log about it: sizes in bytes, seconds; no content."""
    began = time.monotonic()
    try:
        note = make(wish)
    except (Refusal, OSError, psycopg.Error) as trouble:  # e.g. a full disk
        logger.error("no backup was made", extra={"reason": str(trouble)})
        return False
    sizes = {name: what["size"] for name, what in note["files"].items()}
    seconds = round(time.monotonic() - began, 1)
    logger.info(
        "backup made", extra={"sizes": sizes, "deleted": note["deleted"], "seconds": seconds}
    )
    return True


def make_every(seconds: float, wish: Wish, stop: threading.Event) -> None:
    """Until `stop`. One that fails is tried again at the next turn."""
    recipients(wish.recipients)  # what never will go well ends at once, with its sentence
    while not stop.is_set():
        began = time.monotonic()
        try_to_make(wish)
        stop.wait(max(1.0, seconds - (time.monotonic() - began)))
