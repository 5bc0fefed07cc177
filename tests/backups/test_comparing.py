"""The comparison sees what it is there to see: each kind of loss is named, and nothing else."""

import psycopg
import pytest

from doctobooking.backups import comparing, media, postgres

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def original(source):
    with postgres.connect(source.url) as live:
        return comparing.facts(live)


@pytest.fixture
def copy(restored):
    """The restored database; what a test changes in it is undone."""
    with (
        postgres.connect(restored.url) as connection,
        connection.transaction(force_rollback=True),
    ):
        yield connection


def named(original, copy):
    """What is different, without how."""
    found = comparing.differences(original, comparing.facts(copy), copy)
    return [line.split(":")[0] for line in found]


def test_a_restored_database_is_the_same(original, copy, source):
    assert named(original, copy) == []
    with postgres.connect(source.url) as live:
        now = comparing.sequences(live)
    assert comparing.sequence_differences(now, now, comparing.sequences(copy)) == []
    assert len(now) > 50


def test_every_app_has_rows_in_it(original):
    full = {t for t, told in original["table"].items() if not told.startswith("0 ")}
    apps = (
        "accounts", "doctors", "clinics", "appointments", "records", "prescriptions", "reviews",
        "support", "notifications", "core", "account",
    )  # fmt: skip
    assert [app for app in apps if not any(t.startswith(f"public.{app}_") for t in full)] == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE clinics_city SET name = name || '.' WHERE id = (SELECT min(id) FROM clinics_city)",
         ["table public.clinics_city"]),
        ("DELETE FROM django_migrations WHERE app = 'mfa'", ["table public.django_migrations"]),
        ("UPDATE core_cache SET value = 'x'; INSERT INTO core_cache VALUES ('k', 'v', now())",
         ["table public.core_cache"]),
        ("DROP INDEX appointment_busy", ["index appointment_busy"]),
        ("ALTER TABLE appointments_appointment DISABLE TRIGGER appointment_frees_time",
         ["state of trigger appointments_appointment.appointment_frees_time"]),
        ("DROP TRIGGER appointment_frees_time ON appointments_appointment",
         ["state of trigger appointments_appointment.appointment_frees_time",
          "trigger appointments_appointment.appointment_frees_time"]),
        ("ALTER TABLE support_ticket DROP CONSTRAINT ticket_mark_from_1_to_5",
         ["constraint support_ticket.ticket_mark_from_1_to_5"]),
        ("ALTER TABLE support_ticket ALTER state DROP NOT NULL",
         ["column support_ticket.state",
          "constraint support_ticket.support_ticket_state_not_null"]),
        ("CREATE OR REPLACE FUNCTION appointments_time_is_freed() RETURNS trigger LANGUAGE plpgsql"
         " AS 'BEGIN RETURN NULL; END'", ["function appointments_time_is_freed()"]),
        ("CREATE TABLE added (id int)", ["column added.id", "table public.added"]),
        ("CREATE VIEW added AS SELECT 1 AS one", ["column added.one", "view added"]),
        ("ALTER SEQUENCE support_ticket_id_seq INCREMENT BY 2",
         ["sequence support_ticket_id_seq"]),
        ("DROP EXTENSION unaccent CASCADE", ["extension unaccent"]),
    ],
)  # fmt: skip
def test_each_change_is_named(original, copy, change, found):
    copy.execute(change.encode())
    assert [name for name in found if name not in named(original, copy)] == []
    if "CASCADE" not in change:
        assert named(original, copy) == found


@pytest.mark.parametrize(
    ("table", "name", "weaker"),
    [
        ("support_ticket", "ticket_mark_from_1_to_5",
         "CHECK ((mark IS NULL AND marked_at IS NULL)"
         " OR (mark >= 0 AND mark <= 5 AND marked_at IS NOT NULL))"),
        ("appointments_freedtime", "freedtime_state_known",
         "CHECK (state IN ('open', 'offered', 'filled', 'booked', 'over', 'else'))"),
    ],
)  # fmt: skip
def test_a_weaker_rule_of_the_same_name_is_named(original, copy, table, name, weaker):
    """Postgres writes rules in other words after a restore; other rules are not taken for those."""
    copy.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    copy.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {weaker}")
    assert named(original, copy) == [f"constraint {table}.{name}"]


def test_an_index_of_fewer_rows_is_named(original, copy):
    copy.execute("DROP INDEX message_due")
    copy.execute(
        "CREATE INDEX message_due ON notifications_message (next_try_at)"
        " WHERE state IN ('planned', 'failed')"
    )
    assert named(original, copy) == ["index message_due"]


def test_rows_in_another_order_are_the_same_rows(original, copy):
    copy.execute("CREATE TEMP TABLE kept AS SELECT * FROM core_event ORDER BY id DESC")
    copy.execute("ALTER TABLE core_event DISABLE TRIGGER USER")
    before = comparing.facts(copy)["table"]["public.core_event"]
    copy.execute("UPDATE core_event SET id = id")  # each row is written again, at the end
    assert comparing.facts(copy)["table"]["public.core_event"] == before


def test_a_moved_sequence_is_named(source, restored):
    with postgres.connect(source.url) as live, postgres.connect(restored.url) as copy:
        now = comparing.sequences(live)
        copy.execute("SELECT nextval('support_ticket_id_seq')")
        moved = comparing.sequences(copy)
        copy.execute("SELECT setval('support_ticket_id_seq', %s, false)",
                     [now["public.support_ticket_id_seq"]])  # fmt: skip
        same = comparing.sequences(copy)
    found = comparing.sequence_differences(now, now, moved)
    assert [line.split(":")[0] for line in found] == ["sequence public.support_ticket_id_seq"]
    assert comparing.sequence_differences(now, now, same) == []


def test_a_sequence_may_lie_between_two_looks():
    before, after = {"a": 3, "b": 3}, {"a": 5, "b": 3}
    assert comparing.sequence_differences(before, after, {"a": 4, "b": 3}) == []
    assert len(comparing.sequence_differences(before, after, {"a": 6, "b": 3})) == 1
    assert len(comparing.sequence_differences(before, after, {"a": 4, "b": 4})) == 1
    assert len(comparing.sequence_differences(before, after, {"a": 4})) == 1
    assert len(comparing.sequence_differences(before, after, {"a": 4, "b": 3, "c": 1})) == 1


def test_the_media_are_the_same(source, restored):
    ours, theirs = media.digests(source.media), media.digests(restored.media)
    assert len(ours) > 2
    assert comparing.file_differences(ours, ours, theirs) == []


def test_a_lost_or_changed_file_is_named():
    before, after = {"a": "1", "b": "1"}, {"a": "1", "b": "2"}
    assert comparing.file_differences(before, after, {"a": "1", "b": "2"}) == []
    assert comparing.file_differences(before, after, {"a": "1", "b": "1"}) == []
    assert comparing.file_differences(before, after, {"b": "3", "c": "1"}) == [
        "file a: 1 became None",
        "file b: 1 became 3",
        "file c: None became 1",
    ]


def test_a_comparison_leaves_nothing_behind(original, restored):
    with postgres.connect(restored.url) as copy:
        changed = {**original, "index": {**original["index"], "appointment_busy": "no index"}}
        assert named(changed, copy) == ["index appointment_busy"]
        with pytest.raises(psycopg.errors.UndefinedTable):
            copy.execute("SELECT FROM pg_temp.probe")
