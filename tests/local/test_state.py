import stat
import subprocess
import sys

import pytest

from doctobooking.local.state import Refusal, State


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path / "data")
    state.make()
    return state


def test_secrets_are_made_once_and_kept(state):
    first = state.secrets()
    state.write_env({"DATABASE_URL": "postgres://x", **first})
    assert State(state.folder).secrets() == first
    assert len(first["SECRET_KEY"]) >= 50


def test_env_is_for_its_owner_only(state):
    state.write_env({"A": "b=c"})
    assert stat.S_IMODE(state.env_file.stat().st_mode) == 0o600
    assert state.env() == {"A": "b=c"}


def test_second_user_of_a_folder_is_refused_with_a_sentence(state):
    state.lock(owner="http://127.0.0.1:8000/")
    with pytest.raises(Refusal, match=r"already runs .*process \d+, http://127.0.0.1:8000/"):
        State(state.folder).lock(owner="another")


def test_lock_of_a_killed_process_is_free(state):
    code = (
        "import os, sys; from pathlib import Path; from doctobooking.local.state import State; "
        "State(Path(sys.argv[1])).lock(owner='x'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(state.folder)], check=False)
    assert state.lock(owner="mine") > 0
