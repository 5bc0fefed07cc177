"""The folder of backups: nothing half, nothing of somebody else's."""

import json
from datetime import UTC, datetime

import pytest

from doctobooking.backups.shelf import DUMP, MEDIA, NOTE, Shelf, name_at, note_of
from doctobooking.local.state import Refusal

AT = datetime(2026, 11, 29, 16, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "shelf")


def names(shelf):
    return sorted(path.name for path in shelf.folder.iterdir() if path.name != ".lock")


def put(shelf, *stamps):
    shelf.folder.mkdir(exist_ok=True)
    for stamp in stamps:
        for part in (DUMP, MEDIA, NOTE):
            (shelf.folder / f"doctobooking-{stamp}.{part}").touch()


def test_names_sort_by_time():
    assert name_at(AT, DUMP) == "doctobooking-20261129T160000Z.dump.age"


def test_a_file_has_its_name_only_when_it_is_whole(shelf):
    name = name_at(AT, DUMP)
    with shelf.alone():
        with shelf.begin(name) as file:
            file.write(b"half")
            file.flush()
            assert names(shelf) == [f".{name}.half"]
        assert list(shelf.stamps()) == []
        shelf.finish(name)
    assert names(shelf) == [name]
    assert (shelf.folder / name).stat().st_mode & 0o777 == 0o600
    assert shelf.folder.stat().st_mode & 0o777 == 0o700


def test_what_fails_leaves_nothing(shelf):
    with pytest.raises(OSError, match="full"), shelf.alone(), shelf.begin("doctobooking-x") as file:
        file.write(b"half")
        raise OSError("full")
    assert names(shelf) == []


def test_what_a_killed_process_left_is_cleared(shelf):
    shelf.folder.mkdir()
    (shelf.folder / ".doctobooking-20261129T150000Z.dump.age.half").touch()
    with shelf.alone():
        assert names(shelf) == []


def test_two_do_not_write_at_once(shelf):
    with shelf.alone(), pytest.raises(Refusal, match="Another process"), shelf.alone():
        pass


def test_only_what_is_older_is_forgotten_and_only_of_ours(shelf):
    put(shelf, "20261129T155959Z", "20261129T160000Z")
    for name in ("doctobooking-20200101T000000Z.dump", "notes.txt", "doctobooking-1.json"):
        (shelf.folder / name).touch()
    assert shelf.forget_before(AT) == 3
    assert names(shelf) == [
        "doctobooking-1.json",
        "doctobooking-20200101T000000Z.dump",
        "doctobooking-20261129T160000Z.dump.age",
        "doctobooking-20261129T160000Z.json",
        "doctobooking-20261129T160000Z.media.tar.age",
        "notes.txt",
    ]


def test_the_newest_is_one_with_a_note(shelf):
    assert shelf.newest() is None
    put(shelf, "20261129T160000Z", "20261129T150000Z")
    (shelf.folder / "doctobooking-20261129T170000Z.dump.age").touch()
    assert shelf.newest() == AT


@pytest.mark.parametrize("text", [None, "", "{", json.dumps({"files": {}})])
def test_a_backup_without_its_note_is_refused(tmp_path, text):
    dump = tmp_path / name_at(AT, DUMP)
    dump.touch()
    if text is not None:
        (tmp_path / name_at(AT, NOTE)).write_text(text)
    with pytest.raises(Refusal, match=r"is not beside|cannot be read"):
        note_of(dump)


def test_a_file_of_another_name_is_refused(tmp_path):
    with pytest.raises(Refusal, match="not called as a backup"):
        note_of(tmp_path / "doctobooking-20261129T160000Z.media.tar.age")
