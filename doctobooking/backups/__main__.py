"""`python -m doctobooking.backups make | restore | drill | fresh | key` (docs/operations.md)."""

import argparse
import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.utils.log import configure_logging
from pyrage import x25519

from doctobooking.backups.drilling import Drill
from doctobooking.backups.making import Wish, make_every, try_to_make
from doctobooking.backups.restoring import restore
from doctobooking.backups.shelf import Shelf
from doctobooking.local.state import Refusal

stop = threading.Event()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def make(arguments: argparse.Namespace) -> int:
    wish = Wish(
        url=os.environ.get("DATABASE_URL", ""),
        media=Path(settings.MEDIA_ROOT),
        folder=arguments.to or Path(settings.BACKUP_FOLDER),
        recipients=settings.BACKUP_RECIPIENTS,
        keep_days=settings.BACKUP_KEEP_DAYS,
    )
    if arguments.every:
        make_every(arguments.every, wish, stop)
        return 0
    return 0 if try_to_make(wish) else 1


def restore_one(arguments: argparse.Namespace) -> int:
    django.setup()
    restore(arguments.file, arguments.identity, arguments.database, arguments.media, say)
    return 0


def drill(_arguments: argparse.Namespace) -> int:
    url, folder = os.environ.get("DATABASE_URL", ""), Path(settings.MEDIA_ROOT)
    found = Drill(url, folder, say).run()
    for line in found:
        say(f"DIFFERENT  {line}")
    return 1 if found else 0


def fresh(arguments: argparse.Namespace) -> int:
    """For the container's health check, and for an alarm."""
    newest = Shelf(arguments.to or Path(settings.BACKUP_FOLDER)).newest()
    say(f"newest backup: {newest.isoformat() if newest else 'none'}")
    limit = datetime.now(UTC) - timedelta(seconds=arguments.within)
    return 0 if newest and newest > limit else 1


def key(_arguments: argparse.Namespace) -> int:
    """A fresh pair as age-keygen writes it; keep it where the backups are not."""
    identity = x25519.Identity.generate()
    say(f"# public key: {identity.to_public()}\n{identity}")
    return 0


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="python -m doctobooking.backups", description=__doc__)
    commands = root.add_subparsers(required=True, metavar="command")
    making = commands.add_parser("make", help="database and media, encrypted")
    making.add_argument("--to", type=Path, help="the folder; otherwise BACKUP_FOLDER")
    making.add_argument("--every", type=float, help="seconds from one to the next, without an end")
    making.set_defaults(act=make)
    restoring = commands.add_parser("restore", help="a backup into an empty database")
    restoring.add_argument("file", type=Path, help="doctobooking-*.dump.age, its note beside it")
    restoring.add_argument("--identity", type=Path, required=True, help="file with the secret key")
    restoring.add_argument(
        "--database",
        default=os.environ.get("RESTORE_URL", ""),
        help="its address; with a password in it, name it by RESTORE_URL instead",
    )
    restoring.add_argument("--media", type=Path, help="an empty folder for the media")
    restoring.set_defaults(act=restore_one)
    commands.add_parser("drill", help="dump, restore beside it, compare").set_defaults(act=drill)
    asking = commands.add_parser("fresh", help="status 1 when the newest is too old")
    asking.add_argument("--within", type=float, required=True, help="seconds")
    asking.add_argument("--to", type=Path, help="the folder; otherwise BACKUP_FOLDER")
    asking.set_defaults(act=fresh)
    commands.add_parser("key", help="a fresh pair of keys").set_defaults(act=key)
    return root


def end(signum: int, _frame: object) -> None:
    stop.set()
    sys.exit(128 + signum)  # through every `finally`: no half file, no scratch database stays


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doctobooking.settings.local")
    arguments = parser().parse_args()
    signal.signal(signal.SIGTERM, end)
    try:
        configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
        return int(arguments.act(arguments))
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except OSError as error:  # a full disk, a file that is not there
        sys.stderr.write(f"Not done: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
