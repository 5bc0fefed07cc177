import os
import subprocess
import sys

from doctobooking.local.state import PROJECT, State


def clean(folder):
    return subprocess.run(
        [sys.executable, "-m", "doctobooking.local", "clean"],
        cwd=PROJECT,
        env={**os.environ, "DOCTOBOOKING_DATA": str(folder)},
        capture_output=True,
        text=True,
    )


def test_folder_of_ours_is_removed(tmp_path):
    state = State(tmp_path / "data")
    state.make()
    assert clean(state.folder).returncode == 0
    assert not state.folder.exists()


def test_folder_of_somebody_else_is_left(tmp_path):
    (tmp_path / "letters.txt").touch()
    answer = clean(tmp_path)
    assert answer.returncode == 1
    assert "was not made by Doctobooking" in answer.stderr
    assert (tmp_path / "letters.txt").exists()


def test_folder_in_use_is_left(tmp_path):
    state = State(tmp_path / "data")
    state.make()
    state.lock(owner="a running product")
    answer = clean(state.folder)
    assert answer.returncode == 1
    assert "already runs" in answer.stderr
    assert state.folder.exists()


def test_nothing_to_remove_is_fine(tmp_path):
    assert clean(tmp_path / "none").returncode == 0
