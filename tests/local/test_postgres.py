"""The embedded Postgres with folders in every condition that a bad day leaves behind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from doctobooking.local import postgres as module
from doctobooking.local.postgres import FAST, Postgres, remove_database
from doctobooking.local.state import Refusal, State
from doctobooking.local.supervisor import Supervisor

pytestmark = pytest.mark.slow


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path / "data")
    state.make()
    yield state
    remove_database(state)


def ask(state: State, sql: str, *, options: tuple[str, ...] = FAST) -> object:
    """Start the server, ask it one thing, stop it."""
    with Supervisor() as supervisor:
        server = Postgres(state, options=options)
        supervisor.start(server.prepare())
        with psycopg.connect(server.url(), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None


def cluster_of(state: State) -> Path:
    server = Postgres(state, options=FAST)
    server.prepare()
    return server.places.cluster


def test_data_is_kept_from_one_start_to_the_next(state):
    ask(state, "create table kept as select 7 as n")
    assert ask(state, "select n from kept") == 7


def test_real_data_is_written_through(state):
    assert ask(state, "show fsync", options=()) == "on"


def test_role_of_the_product_is_not_a_superuser(state):
    assert ask(state, "select rolsuper from pg_roles where rolname = current_user") is False


def test_nobody_else_can_enter_the_folder(state):
    cluster_of(state)
    server = Postgres(state, options=FAST)
    server.prepare()
    assert server.places.home.stat().st_mode & 0o077 == 0
    assert server.places.socket_folder.stat().st_mode & 0o077 == 0


def test_half_made_folder_is_made_anew(state):
    home = cluster_of(state).parent
    shutil.rmtree(home / "cluster")
    for name in ("cluster", "cluster.new"):
        (home / name).mkdir()
        (home / name / "PG_VERSION").write_text("18\n")
    assert ask(state, "select 1") == 1
    assert not (home / "cluster.new").exists()


def test_damaged_folder_is_left_alone_with_a_sentence(state):
    cluster = cluster_of(state)
    shutil.rmtree(cluster / "global")
    with pytest.raises(Refusal, match="is damaged"):
        ask(state, "select 1")
    assert (cluster / "PG_VERSION").exists()


@pytest.mark.parametrize("note", ["", "garbage\n", f"{os.getpid()}\n/x\n1\n5432\n", "999999\n"])
def test_stale_note_and_socket_of_an_earlier_server_do_not_matter(state, note):
    cluster = cluster_of(state)
    server = Postgres(state, options=FAST)
    server.prepare()
    (cluster / "postmaster.pid").write_text(note)
    (server.places.socket_folder / f"{module.SOCKET}.lock").write_text(note)
    (server.places.socket_folder / module.SOCKET).touch()
    if server.account:
        for path in (cluster / "postmaster.pid", *server.places.socket_folder.iterdir()):
            os.chown(path, server.account.uid, server.account.gid)
    assert ask(state, "select 1") == 1


def test_server_that_lost_its_supervisor_is_ended(state):
    """Where the kernel tells nobody of the death, as on macOS, the next start finds it."""
    server = Postgres(state, options=FAST)
    program = server.prepare()
    orphan = subprocess.Popen(
        [str(part) for part in program.command],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=server.account.uid if server.account else None,
        group=server.account.gid if server.account else None,
    )
    with Supervisor() as supervisor:
        supervisor.start(_waiting(program, server, orphan.pid))
    assert ask(state, "select 1") == 1
    assert orphan.wait(timeout=5) == 0


def _waiting(program, server, pid):
    """A program that only waits until the orphan is up."""
    return type(program)(
        "wait", [sys.executable, "-c", "import time; time.sleep(60)"], program.log,
        is_ready=lambda _pid: server._is_ready(pid),
    )  # fmt: skip


def test_socket_path_beyond_the_kernels_limit_moves_to_a_short_one(tmp_path):
    state = State(tmp_path / ("d" * 60) / ("e" * 40))
    state.make()
    try:
        assert ask(state, "select 1") == 1
    finally:
        remove_database(state)
    assert not Postgres(state).places.socket_folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_root_keeps_the_database_elsewhere_when_its_user_cannot_come_in(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    state = State(closed / "data")
    state.make()
    try:
        ask(state, "create table kept as select 7 as n")
        elsewhere = Path((state.folder / module.ELSEWHERE).read_text().strip())
        assert elsewhere.parent == Path("/", "var", "tmp")
        assert ask(state, "select n from kept") == 7
    finally:
        remove_database(state)
    assert not elsewhere.exists()
    assert closed.stat().st_mode & 0o077 == 0


def test_killed_server_comes_back(state):
    with Supervisor(lambda _line: None) as supervisor:
        server = Postgres(state, options=FAST)
        supervisor.start(server.prepare())
        child = supervisor.children[0]
        first = child.process.pid
        child.process.kill()
        supervisor.watch(until=lambda: child.is_ready and child.process.pid != first)
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
