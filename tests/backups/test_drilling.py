"""`drill`: a restore beside the live database, compared with it; and gone again."""

import signal
import sys

import pytest

from doctobooking.backups import postgres
from doctobooking.backups.drilling import MARK, Drill, scratch_database
from doctobooking.local.state import Refusal
from tests.backups.conftest import address, run, start, wait_until

pytestmark = pytest.mark.thorough


@pytest.fixture
def drill(source):
    told = []
    return Drill(source.url, source.media, told.append), told


@pytest.fixture
def name(source):
    return f"{postgres.name_of(source.url)}_drill"


def test_a_drill_finds_no_difference_and_leaves_nothing(drill, databases, name):
    its, told = drill
    assert its.run() == []
    assert name not in databases.names()
    assert told[-1].endswith(", 0 differences")
    assert [line.split(" s  ")[1].split(":")[0] for line in told[:-1]] == [
        "dump and encrypt",
        "look at the original",
        "check and restore",
        "look at the restored one and compare",
        "media",
    ]


def by_python(url, *statements):
    """A line of shell that runs SQL there."""
    calls = "; ".join(f"c.execute({statement!r})" for statement in statements)
    code = f"import psycopg; c = psycopg.connect({url!r}, autocommit=True); {calls}"
    return f"{sys.executable} - <<'CODE'\n{code}\nCODE\n"


def test_people_go_on_working_meanwhile(drill, source, stand_in):
    """A row more and a number more, after the snapshot and before the dump."""
    work = by_python(
        source.url,
        "INSERT INTO core_cache VALUES ('drilled', '', now()) ON CONFLICT DO NOTHING",
        "SELECT nextval('support_ticket_id_seq')",
    )
    stand_in("pg_dump", f'{work}exec $REAL "$@"')
    assert drill[0].run() == []
    with postgres.connect(source.url) as live:
        query = "SELECT count(*) FROM core_cache WHERE cache_key = 'drilled'"
        assert live.execute(query).fetchone() == (1,)


def test_what_a_restore_lost_is_named(source, stand_in, name, databases):
    harm = by_python(address(name), "DROP INDEX appointment_busy", "DELETE FROM core_cache")
    stand_in("pg_restore", f'$REAL "$@" || exit 1\n{harm}')
    with postgres.connect(source.url) as live:
        live.execute("INSERT INTO core_cache VALUES ('x', '', now()) ON CONFLICT DO NOTHING")
    command = ("-m", "doctobooking.backups", "drill")
    told = run(*command, DATABASE_URL=source.url, DOCTOBOOKING_DATA=source.data)
    assert told.returncode == 1
    different = [n for n in told.stdout.splitlines() if n.startswith("DIFFERENT")]
    assert [line.split(":")[0] for line in different] == [
        "DIFFERENT  index appointment_busy",
        "DIFFERENT  table public.core_cache",
    ]
    assert name not in databases.names()


def test_a_restore_that_fails_leaves_no_database(drill, stand_in, databases, name):
    stand_in("pg_restore", "echo 'pg_restore: error: no luck' >&2; exit 1")
    with pytest.raises(Refusal, match="no luck"):
        drill[0].run()
    assert name not in databases.names()


def test_a_drill_that_is_ended_leaves_no_database(source, stand_in, databases, name, tmp_path):
    began = tmp_path / "began"
    stand_in("pg_restore", f"touch {began}; exec sleep 60")
    command = ("-m", "doctobooking.backups", "drill")
    process = start(*command, DATABASE_URL=source.url, DOCTOBOOKING_DATA=source.data)
    wait_until(began.exists, process)
    assert name in databases.names()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode != 0
    assert name not in databases.names()


def test_what_an_earlier_drill_left_is_replaced(source, databases, name):
    databases.run("CREATE DATABASE {}", name)
    with postgres.connect(source.url) as live:
        live.execute(f"COMMENT ON DATABASE \"{name}\" IS '{MARK}'".encode())
    with scratch_database(source.url) as scratch:
        postgres.refuse_unless_empty(scratch)
    assert name not in databases.names()


def test_a_database_of_somebody_else_is_left_alone(source, databases, name):
    databases.run("CREATE DATABASE {}", name)
    try:
        with pytest.raises(Refusal, match="no drill made it"), scratch_database(source.url):
            pass
        assert name in databases.names()
    finally:
        databases.run("DROP DATABASE {}", name)


def test_two_drills_do_not_run_at_once(source):
    with (
        scratch_database(source.url),
        pytest.raises(Refusal, match="Another drill"),
        scratch_database(source.url),
    ):
        pass
