"""The database's refusals become sentences, and its quarrels one more try."""

from threading import Barrier, Event

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.db import Busy, Refusal, once_more, planned_cursor, violation_as
from tests.appointments.crowd import at_once, kinds
from tests.factories import UserFactory

PLANNED = "SELECT email FROM accounts_user WHERE id = ANY(%s::bigint[])"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def raise_lock_trouble():
    """A refusal of Postgres with the code of a lock time-out."""
    sql("DO $$ BEGIN RAISE lock_not_available; END $$")


@pytest.fixture
def two(transactional_db):
    return [UserFactory(), UserFactory()]


def lock(user):
    sql("SELECT 1 FROM accounts_user WHERE id = %s FOR UPDATE", user.pk)


def test_a_named_breach_is_a_refusal_and_leaves_the_transaction_usable(two):
    with transaction.atomic():
        with (
            pytest.raises(Refusal, match="Ya existe"),
            violation_as({"user_email_unique": Refusal("Ya existe.")}),
        ):
            UserFactory(email=two[0].email.upper())
        assert type(two[0]).objects.count() == 2


def test_another_breach_is_raised_unchanged(two):
    with pytest.raises(IntegrityError), violation_as({"something_else": Refusal("No.")}):
        UserFactory(email=two[0].email)


def test_a_quarrel_gets_one_more_try():
    calls = []

    @once_more(Busy)
    @transaction.atomic
    def act():
        calls.append(1)
        if len(calls) == 1:
            raise_lock_trouble()
        return "done"

    assert (act(), len(calls)) == ("done", 2)


def test_a_second_quarrel_is_a_refusal():
    calls = []

    @once_more(Busy)
    @transaction.atomic
    def act():
        calls.append(1)
        raise_lock_trouble()

    with pytest.raises(Busy):
        act()
    assert len(calls) == 2


def test_other_trouble_is_raised_at_once():
    calls = []

    @once_more(Busy)
    def act():
        calls.append(1)
        sql("DO $$ BEGIN RAISE SQLSTATE '57014'; END $$")

    with pytest.raises(OperationalError):
        act()
    assert len(calls) == 1


def test_inside_a_larger_transaction_the_quarrel_is_the_callers():
    calls = []

    @once_more(Busy)
    def act():
        calls.append(1)
        raise_lock_trouble()

    with pytest.raises(OperationalError), transaction.atomic():
        act()
    assert len(calls) == 1


def test_a_deadlock_ends_well_for_both(two):
    met = Barrier(2)

    def locking(first, second):
        tries = []

        @once_more(Busy)
        @transaction.atomic
        def act():
            tries.append(1)
            lock(first)
            if len(tries) == 1:
                met.wait(timeout=5)
            lock(second)
            return len(tries)

        return act

    answers = at_once(locking(*two), locking(*reversed(two)))
    assert sorted(answers) == [1, 2]


def test_nobody_waits_for_a_row_for_long(two):
    locked, given_up = Event(), Event()
    tries = []

    @transaction.atomic
    def hold():
        lock(two[0])
        locked.set()
        given_up.wait(timeout=10)

    @once_more(Busy)
    @transaction.atomic
    def ask():
        tries.append(1)
        locked.wait(timeout=10)
        sql("SET LOCAL lock_timeout = '1s'")
        lock(two[0])

    def ask_in_vain():
        try:
            ask()
        finally:
            given_up.set()

    assert kinds(at_once(hold, ask_in_vain)) == {"NoneType": 1, "Busy": 1}
    assert len(tries) == 2


def test_planned_queries_are_planned_once_in_a_session(two):
    found = []
    with CaptureQueriesContext(connection) as seen:
        for user in (two[0], two[1], two[0], two[1]):
            with planned_cursor() as cursor:
                cursor.execute(PLANNED, [[user.pk]])
                found += cursor.fetchall()
    assert found == [(two[0].email,), (two[1].email,)] * 2
    assert [query["sql"].split()[0] for query in seen.captured_queries] == ["SELECT"] * 4
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE %s",
            [PLANNED.replace("%s", "$_")],
        )
        # The first is not kept: most queries are asked once.
        assert cursor.fetchall() == [(3, 0)]


def test_a_breach_of_a_planned_query_is_the_databases_own_error(two):
    with pytest.raises(IntegrityError), transaction.atomic(), planned_cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET email = %s WHERE id = %s::bigint", [two[0].email, two[1].pk]
        )
