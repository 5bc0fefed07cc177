"""The system user of an embedded Postgres: ourselves, but never root."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from doctobooking.local.children import Account
from doctobooking.local.state import Refusal

NAME = "doctobooking-pg"
WAYS_TO_MAKE_ONE = (
    ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent",
     "--shell", "/usr/sbin/nologin", NAME],
    ["adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", NAME],
)  # fmt: skip


def postgres_account() -> Account | None:
    """None means ourselves. Postgres refuses to run as root, so root gets a user for it."""
    if os.geteuid() != 0:
        return None
    for command in ([], *WAYS_TO_MAKE_ONE):
        if command and shutil.which(command[0]):
            subprocess.run(command, check=False, capture_output=True)
        try:
            entry = pwd.getpwnam(NAME)
        except KeyError:
            continue
        return Account(NAME, entry.pw_uid, entry.pw_gid)
    raise Refusal(
        f"Postgres does not run as root, and the system user {NAME} could not be made. "
        "Run this as an ordinary user, or set DATABASE_URL to a server of your own."
    )


def can_run(account: Account, program: Path) -> bool:
    """Whether that user gets through all the folders above the program, and may run it."""
    return _test(account, "-x", program)


def can_enter(account: Account, folder: Path) -> bool:
    return _test(account, "-x", folder)


def _test(account: Account, question: str, path: Path) -> bool:
    answer = subprocess.run(
        ["test", question, str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return answer.returncode == 0
