"""Must be shown 4: with a million rows in the ledger the hot questions stay index scans."""

import json
import sys
from datetime import timedelta

import factory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.enums import State
from notifications.queries import inbox_of, oldest_waiting, unread_count
from notifications.services.batches import CLAIM
from notifications.services.planning import plan_missing
from tests.factories import AppointmentFactory, MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ROWS = 1_000_000
# A reminder of the visit for each of a million versions; one in ten a line of an inbox, read or
# not; one in fifty went wrong in the end. What is planned is due from tomorrow on.
FILL = """
INSERT INTO notifications_message
    (public_id, kind, channel, audience, recipient_id, reader_key, address, visit_id, version,
     copy, state, why, due_at, next_try_at, attempts, lapses, sent_at, read_at, last_error,
     created_at)
SELECT gen_random_uuid(), 'reminder_1d', CASE WHEN n %% 10 = 0 THEN 'inbox' ELSE 'email' END,
       'patient', CASE WHEN n %% 1000 = 0 THEN %(alice)s ELSE %(bob)s END, '', 'a@ejemplo.test',
       %(visit)s, n, 0, s.state, '', %(now)s + interval '1 day' + n * interval '1 second',
       %(now)s + interval '1 day' + n * interval '1 second', 0, 0,
       CASE WHEN s.state = 'sent' THEN %(now)s - n * interval '1 second' END,
       CASE WHEN s.state = 'sent' AND n %% 20 = 0 THEN %(now)s END, '', %(now)s
FROM generate_series(1, %(rows)s) n,
     LATERAL (SELECT CASE WHEN n %% 10 = 0 THEN 'sent' WHEN n %% 50 = 1 THEN 'given_up'
                          ELSE 'planned' END AS state) s
"""
# Nobody waits for a page here, and the rows that these name are there: no million checks.
UNBOUND = """
SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
SET CONSTRAINTS ALL IMMEDIATE;
DO $$ DECLARE key text; BEGIN
    FOR key IN SELECT conname FROM pg_constraint
               WHERE conrelid = 'notifications_message'::regclass AND contype = 'f' LOOP
        EXECUTE format('ALTER TABLE notifications_message DROP CONSTRAINT %I', key);
    END LOOP;
END $$;
"""
DUE = """
UPDATE notifications_message SET next_try_at = %(now)s - interval '1 minute'
WHERE state = 'planned' AND version <= 12500
"""


@pytest.fixture
def million(clinic, alice, bob, now):
    """Rolled back with the test, like everything else."""
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    values = {"alice": alice.pk, "bob": bob.pk, "visit": visit.pk, "now": now, "rows": ROWS}
    with connection.cursor() as cursor:
        cursor.execute(UNBOUND)
        cursor.execute(FILL, values)
        cursor.execute("ANALYZE notifications_message")
    return visit


def nodes(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def explained(sql, params):
    """Each node that reads a table: (kind, table, index); and the milliseconds of the whole."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        (answer,) = cursor.fetchone()
    top = (answer if isinstance(answer, list) else json.loads(answer))[0]
    reads = [
        (n["Node Type"], n.get("Relation Name", ""), n.get("Index Name", ""))
        for n in nodes(top["Plan"])
        if "Scan" in n["Node Type"]
    ]
    return reads, top["Execution Time"]


def assert_by_index(reads, table="notifications_message"):
    read = [kind for kind, name, _index in reads if name == table]
    assert read
    assert "Seq Scan" not in read


def test_with_a_million_rows_every_hot_question_is_an_index_scan(million, alice, now, capsys):
    figures = {"claim, nothing due": claiming(now)}
    figures |= asking(alice, now)
    make_due(now)
    figures["claim, 10,000 due"] = claiming(now)
    figures["oldest_waiting, 10,000 due"] = max(waiting(now))
    figures["plan_missing"] = looking_for_missing(now)
    with capsys.disabled():
        sys.stdout.write("".join(f"\n{took:8.2f} ms  {name}" for name, took in figures.items()))
    assert {name: took for name, took in figures.items() if took > 100} == {}


def make_due(now):
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"now": now})
        assert cursor.rowcount >= 10_000
        cursor.execute("ANALYZE notifications_message")


def claiming(now):
    values = {"now": now, "until": now + timedelta(seconds=30), "without": [], "batch": 50}
    reads, took = explained(CLAIM, values)
    assert_by_index(reads)
    assert ("Index Scan", "notifications_message", "message_due") in reads
    return took


def waiting(now):
    return [took for _name, took in by_index(lambda: oldest_waiting(now))]


def asking(alice, now):
    calls = {
        "oldest_waiting": lambda: oldest_waiting(now),
        "unread_count": lambda: unread_count(alice),
        "inbox": lambda: list(inbox_of(alice)[:20]),
    }
    return {name: max(took for _n, took in by_index(call)) for name, call in calls.items()}


def by_index(call):
    """Each question about the ledger that the call asks, and its milliseconds."""
    with CaptureQueriesContext(connection) as asked:
        call()
    found = [q["sql"] for q in asked if 'FROM "notifications_message"' in q["sql"]]
    assert found
    for sql in found:
        reads, took = explained(sql, None)
        assert_by_index(reads)
        yield sql, took


def looking_for_missing(now):
    """The visits of the next days, each asked for by an index of the ledger."""
    with CaptureQueriesContext(connection) as asked:
        plan_missing(now=now)
    sql = next(q["sql"] for q in asked if "EXISTS" in q["sql"])
    reads, took = explained(sql[sql.index("SELECT") :], None)
    assert_by_index(reads)
    return took


def test_a_claim_asks_once_though_nobody_has_counted_the_rows(clinic, alice, now):
    """As after a restore: the planner guesses, and must have nothing to guess about."""
    visit = AppointmentFactory(clinic=clinic, patient=alice.patients.get())
    MessageFactory.create_batch(
        120, visit=visit, state=State.PLANNED, version=factory.Sequence(int), due_at=now
    )
    values = {"now": now, "until": now + timedelta(seconds=30), "without": [], "batch": 50}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {CLAIM}", values)
        ((answer,),) = cursor.fetchall()
    locks = [n for n in nodes(answer[0]["Plan"]) if n["Node Type"] == "LockRows"]
    assert [(n["Actual Loops"], n["Actual Rows"]) for n in locks] == [(1, 50)]
