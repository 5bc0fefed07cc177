"""`restore`: whole and into an empty place, or not at all."""

import io
import json
import shutil

import pytest

from doctobooking.backups import postgres
from doctobooking.backups.restoring import migrations_told, restore
from doctobooking.backups.sealing import look_at, recipients, seal
from doctobooking.local.state import Refusal
from tests.backups.conftest import run

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def empty(databases):
    return databases.make("empty")


@pytest.fixture
def mine(backup, tmp_path):
    """A copy of the backup that a test may spoil: its dump."""
    for path in backup.parent.glob("doctobooking-*"):
        shutil.copy(path, tmp_path)
    return tmp_path / backup.name


def refused(dump, identity, url, media, match):
    with pytest.raises(Refusal, match=match):
        restore(dump, identity, url, media, lambda _: None)


def tell_note(dump, changed):
    """The note as somebody would write it who changed the file on purpose."""
    note = dump.with_name(dump.name.replace(".dump.age", ".json"))
    told, seen = json.loads(note.read_text()), look_at(changed)
    told["files"][changed.name] = {"size": seen.size, "sha256": seen.sha256}
    note.write_text(json.dumps(told))


def test_a_restore_says_what_it_did(restored, backup):
    assert restored.told[1:] == [
        f"database {postgres.name_of(restored.url)}: restored",
        f"media {restored.media}: {sum(p.is_file() for p in restored.media.rglob('*'))} files",
        "migrations: as this version has them",
    ]
    assert restored.told[0].endswith("by version 0.1.0: whole, and the key opens it")


def test_another_key_restores_nothing(backup, empty, tmp_path):
    other = tmp_path / "other"
    other.write_text(run("-m", "doctobooking.backups", "key").stdout)
    refused(backup, other, empty, tmp_path / "media", "does not open")
    postgres.refuse_unless_empty(empty)
    assert not (tmp_path / "media").exists()


@pytest.mark.parametrize("part", ["dump.age", "media.tar.age"])
@pytest.mark.parametrize("is_told", [False, True])
@pytest.mark.parametrize("harm", ["cut", "changed"])
def test_a_damaged_file_restores_nothing(mine, key, empty, tmp_path, part, is_told, harm):
    """Found by the note; and by age, where the note was changed with it."""
    file = mine.with_name(mine.name.replace("dump.age", part))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data if harm == "changed" else data[: len(data) // 2])
    if is_told:
        tell_note(mine, file)
    words = "does not open" if is_told else "is not as its note says"
    refused(mine, key.file, empty, tmp_path / "media", words)
    postgres.refuse_unless_empty(empty)
    assert not (tmp_path / "media").exists()


def test_a_file_that_is_away_restores_nothing(mine, key, empty, tmp_path):
    mine.with_name(mine.name.replace("dump.age", "media.tar.age")).unlink()
    refused(mine, key.file, empty, tmp_path / "media", "media.tar.age is not there")
    postgres.refuse_unless_empty(empty)


def test_what_is_sealed_but_no_dump_restores_nothing(mine, key, empty):
    with mine.open("wb") as target:
        seal(io.BytesIO(b"PGDMP, and no dump after it" * 100), target, recipients([key.public]))
    tell_note(mine, mine)
    refused(mine, key.file, empty, None, "Nothing was restored: pg_restore: error")
    postgres.refuse_unless_empty(empty)


def test_a_database_in_use_is_left_alone(backup, key, restored):
    with postgres.connect(restored.url) as there:
        query = "SELECT count(*), max(id) FROM core_event"
        before = there.execute(query).fetchone()
        refused(backup, key.file, restored.url, None, "is not empty")
        assert there.execute(query).fetchone() == before


@pytest.mark.parametrize("made", ["CREATE TABLE t (id int)", "CREATE SEQUENCE s",
                                  "CREATE FUNCTION f() RETURNS int RETURN 1"])  # fmt: skip
def test_what_counts_as_in_use(databases, made):
    url = databases.make("used")
    with postgres.connect(url) as there:
        there.execute("CREATE EXTENSION btree_gist")  # whoever may not do so finds it done
        postgres.refuse_unless_empty(url)
        there.execute(made.encode())
    with pytest.raises(Refusal, match="is not empty"):
        postgres.refuse_unless_empty(url)


def test_a_folder_in_use_restores_nothing(backup, key, empty, tmp_path):
    (tmp_path / "somebody's").touch()
    refused(backup, key.file, empty, tmp_path, "is not empty")
    postgres.refuse_unless_empty(empty)


def test_what_fails_in_the_middle_leaves_nothing(backup, key, empty, stand_in):
    """pg_restore gets half of the dump: it has made tables by then, in one transaction."""
    stand_in("pg_restore", 'head -c 200000 | $REAL "$@"')
    refused(backup, key.file, empty, None, "Nothing was restored: pg_restore: error")
    postgres.refuse_unless_empty(empty)


def test_migrations_that_are_missing_or_unknown_are_told(databases, restored, django_db_blocker):
    url = databases.make("older", postgres.name_of(restored.url))
    with postgres.connect(url) as there:
        there.execute("DELETE FROM django_migrations WHERE app = 'support' AND name LIKE '0003%'")
        there.execute("INSERT INTO django_migrations VALUES (99999, 'core', '9999_later', now())")
    with django_db_blocker.unblock():
        assert migrations_told(url) == [
            "missing (run manage.py migrate): support.0003_articlemark",
            "unknown to this version: core.9999_later",
        ]


def test_the_command_restores_and_refuses(backup, key, databases, tmp_path):
    url = databases.make("by_command")
    command = ("-m", "doctobooking.backups", "restore", backup, "--identity", key.file)
    told = run(*command, "--media", tmp_path / "media", RESTORE_URL=url)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[-1] == "migrations: as this version has them"
    told = run(*command, "--database", url)
    assert told.returncode == 1
    assert told.stderr.startswith("Nothing was restored: the database")
