"""`make`: what is written, who can read it, and what stays when it fails."""

import json
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit, urlunsplit

import pytest

from doctobooking.backups.making import make
from doctobooking.backups.sealing import look_at
from doctobooking.backups.shelf import Shelf
from doctobooking.local.state import Refusal
from tests.backups.conftest import PHOTO, address, run, start, wait_until

pytestmark = pytest.mark.thorough
MAKE = ("-m", "doctobooking.backups", "make", "--to")
OLD = "doctobooking-20200101T000000Z.dump.age"


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


@pytest.fixture
def variables(source, key):
    return {
        "DATABASE_URL": source.url,
        "DOCTOBOOKING_DATA": source.data,
        "BACKUP_RECIPIENTS": key.public,
    }


def test_a_backup_is_a_dump_the_media_and_a_note(backup, key):
    stem = backup.name.removesuffix(".dump.age")
    assert names(backup.parent) == [f"{stem}.{p}" for p in ("dump.age", "json", "media.tar.age")]
    note = json.loads((backup.parent / f"{stem}.json").read_text())
    assert stem == f"doctobooking-{datetime.fromisoformat(note['at']):%Y%m%dT%H%M%SZ}"
    assert abs(datetime.fromisoformat(note["at"]) - datetime.now(UTC)) < timedelta(hours=1)
    assert note["recipients"] == [key.public]
    assert note["migrations"]["support"] >= "0003_articlemark"
    for name in (f"{stem}.dump.age", f"{stem}.media.tar.age"):
        seen = look_at(backup.parent / name)
        assert note["files"][name] == {"size": seen.size, "sha256": seen.sha256}
    assert {p.stat().st_mode & 0o777 for p in backup.parent.glob("doctobooking-*")} == {0o600}


def test_nothing_of_it_can_be_read_without_the_key(backup, key):
    for path in backup.parent.glob("*.age"):
        data = path.read_bytes()
        assert data.startswith(b"age-encryption.org/v1\n")
        for plain in (b"PGDMP", b"accounts_user", PHOTO[:40], b"ustar", b"demo.test"):
            assert plain not in data
    assert b"AGE-SECRET-KEY" not in b"".join(p.read_bytes() for p in backup.parent.iterdir())


def test_old_ones_go_after_a_success_only(wish):
    wish.folder.mkdir()
    (wish.folder / OLD).touch()
    for broken in (
        replace(wish, url=address("a_database_that_nobody_made")),
        replace(wish, recipients=[]),
        replace(wish, keep_days=0),
    ):
        with pytest.raises(Refusal):
            make(broken)
        assert names(wish.folder) == [OLD]
    assert make(wish)["deleted"] == 1
    assert OLD not in names(wish.folder)
    assert len(names(wish.folder)) == 3


def test_a_dump_that_breaks_off_leaves_nothing(wish, stand_in):
    stand_in("pg_dump", "echo PGDMP and the first rows; echo 'pg_dump: error: torn' >&2; exit 1")
    with pytest.raises(Refusal, match="pg_dump: error: torn"):
        make(wish)
    assert names(wish.folder) == []


def test_a_process_that_is_ended_leaves_nothing(variables, stand_in, tmp_path):
    stand_in("pg_dump", f"echo PGDMP; touch {tmp_path}/began; exec sleep 60")
    folder = tmp_path / "shelf"
    process = start(*MAKE, folder, **variables)
    wait_until((tmp_path / "began").exists, process)
    assert [name[-5:] for name in names(folder)] == [".half"]
    assert list(Shelf(folder).stamps()) == []
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)
    assert process.returncode != 0
    assert names(folder) == []


def test_the_password_is_in_no_command_line(wish, stand_in, tmp_path):
    seen = tmp_path / "seen"
    stand_in("pg_dump", f'echo "$@" > {seen}; echo "$PGPASSWORD" >> {seen}; exec $REAL "$@"')
    parts = urlsplit(wish.url)
    secret = parts.password or "s3cret-w%2Frd"  # our own server trusts, and asks for none
    user, host = parts.username, parts.netloc.rpartition("@")[2]
    make(replace(wish, url=urlunsplit(parts._replace(netloc=f"{user}:{secret}@{host}"))))
    arguments, password = seen.read_text().splitlines()
    assert "--format=custom" in arguments
    assert password == unquote(secret)
    assert password not in arguments


def test_without_a_recipient_it_says_so_and_ends(variables, tmp_path):
    for more in ((), ("--every", "1")):
        told = run(*MAKE, tmp_path / "shelf", *more, **{**variables, "BACKUP_RECIPIENTS": ""})
        assert told.returncode == 1
        assert "BACKUP_RECIPIENTS names no public key" in told.stderr
    assert not (tmp_path / "shelf").exists()


def test_every_so_often_goes_on_after_a_failure(variables, stand_in, tmp_path):
    failed = tmp_path / "failed"
    stand_in("pg_dump", f'[ -e {failed} ] || {{ touch {failed}; exit 1; }}; exec $REAL "$@"')
    folder = tmp_path / "shelf"
    process = start(*MAKE, folder, "--every", 1, **variables)
    wait_until(lambda: len(list(folder.glob("*.json"))) >= 2, process)
    process.send_signal(signal.SIGTERM)
    lines = [json.loads(line) for line in process.communicate(timeout=20)[1].splitlines()]
    assert process.returncode == 128 + signal.SIGTERM
    assert [line["event"] for line in lines[:3]] == ["no backup was made"] + ["backup made"] * 2
    assert "pg_dump" in lines[0]["reason"]
    assert sorted(lines[1]) == [
        "deleted", "event", "level", "logger", "seconds", "sizes", "timestamp"
    ]  # fmt: skip
    assert not list(folder.glob(".*.half"))


def test_once_it_ends_with_the_failure(variables, stand_in, tmp_path):
    stand_in("pg_dump", "exit 1")
    told = run(*MAKE, tmp_path / "shelf", **variables)
    assert told.returncode == 1
    assert json.loads(told.stderr)["event"] == "no backup was made"


def test_fresh_tells_how_old_the_newest_is(backup, tmp_path):
    fresh = ("-m", "doctobooking.backups", "fresh", "--to")
    assert run(*fresh, backup.parent, "--within", 3600).returncode == 0
    assert run(*fresh, backup.parent, "--within", 0.001).returncode == 1
    told = run(*fresh, tmp_path, "--within", 3600)
    assert (told.returncode, told.stdout) == (1, "newest backup: none\n")
