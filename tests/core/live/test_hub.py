"""One listener for a process: each follower hears its channel, once, also after a break."""

import asyncio

import pytest
from django.db import connection, connections

from core.live.changes import Position, position_now
from core.live.hub import REMEMBERED, Behind
from tests.core.live.listening import in_thread, run, soon, tell

# Alone: the long transactions of other tests in the same server would hold everything back.
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.thorough]
HERE, ELSEWHERE = "room:1", "room:2"
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'doctobooking-live' AND datname = current_database()
"""


def kinds(follower):
    return [change.kind for change in follower.waiting]


def cut():
    with connection.cursor() as cursor:
        cursor.execute(CUT)


async def here(hub):
    return hub.follow(HERE, await in_thread(position_now))


def test_followers_hear_their_channel_only():
    async def scene(hub):
        mine, other = await here(hub), hub.follow(ELSEWHERE, await in_thread(position_now))
        await in_thread(tell, HERE, "one")
        await in_thread(tell, ELSEWHERE, "two")
        await in_thread(tell, HERE, "three")
        assert await soon(lambda: kinds(mine) == ["one", "three"])
        assert await soon(lambda: kinds(other) == ["two"])

    run(scene)


def test_what_came_between_the_page_and_its_stream_is_heard():
    async def scene(hub):
        position = await in_thread(position_now)
        first = hub.follow(HERE, position)
        await in_thread(tell, HERE, "between")
        assert await soon(lambda: kinds(first) == ["between"])
        assert kinds(hub.follow(HERE, position)) == ["between"]
        assert kinds(hub.follow(HERE, first.waiting[-1].position)) == []

    run(scene)


def test_taken_changes_do_not_come_again():
    async def scene(hub):
        mine = await here(hub)
        await in_thread(tell, HERE, "one")
        assert await soon(mine.wake.is_set)
        assert [change.kind for change in mine.take()] == ["one"]
        assert not mine.wake.is_set()
        assert mine.take() == []

    run(scene)


def test_nothing_is_lost_or_doubled_by_a_cut():
    async def scene(hub):
        mine = await here(hub)
        await in_thread(tell, HERE, "before")
        assert await soon(lambda: kinds(mine) == ["before"])
        await in_thread(cut)
        await in_thread(tell, HERE, "meanwhile")
        await in_thread(tell, HERE, "and again")
        assert await soon(lambda: len(kinds(mine)) == 3)
        await in_thread(tell, HERE, "after")
        assert await soon(lambda: len(kinds(mine)) == 4)
        assert kinds(mine) == ["before", "meanwhile", "and again", "after"]

    run(scene)


def test_slower_transaction_is_waited_for():
    async def scene(hub):
        mine = await here(hub)
        slow = connections.create_connection("default")
        slow.inc_thread_sharing()

        def begin():
            slow.set_autocommit(False)
            with slow.cursor() as cursor:
                cursor.execute("SELECT live_tell(%s, 'slow', '{}', true)", [HERE])

        await in_thread(begin)
        await in_thread(tell, HERE, "fast")
        await asyncio.sleep(0.3)
        assert kinds(mine) == []
        await in_thread(lambda: (slow.commit(), slow.close()))
        assert await soon(lambda: kinds(mine) == ["slow", "fast"])

    run(scene)


def test_stream_from_before_what_is_remembered_must_read_anew():
    async def scene(hub):
        position = await in_thread(position_now)
        mine = hub.follow(HERE, position)

        def many():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT live_tell(%s, 'x', '{}', true) FROM generate_series(1, %s)",
                    [ELSEWHERE, REMEMBERED + 1],
                )
            tell(HERE, "last")

        await in_thread(many)
        assert await soon(lambda: kinds(mine) == ["last"])
        with pytest.raises(Behind):
            hub.follow(HERE, position)
        with pytest.raises(Behind):
            hub.follow(HERE, Position(0, 0))

    run(scene)


def test_follower_that_does_not_keep_up_is_let_go():
    async def scene(hub):
        mine = await here(hub)

        def flood():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT live_tell(%s, 'x', '{}', true) FROM generate_series(1, 1100)", [HERE]
                )

        await in_thread(flood)
        assert await soon(lambda: mine.is_over)

    run(scene)


def test_closed_hub_ends_its_streams_and_takes_no_more():
    async def scene(hub):
        mine = await here(hub)
        assert hub.count == 1
        hub.close()
        assert mine.is_over
        hub.leave(mine)
        assert hub.count == 0
        with pytest.raises(Behind):
            await here(hub)

    run(scene)


def test_listener_holds_no_transaction():
    async def scene(hub):
        mine = await here(hub)
        await in_thread(tell, HERE, "one")
        assert await soon(lambda: kinds(mine) == ["one"])

        def state():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT state, xact_start FROM pg_stat_activity WHERE datname = "
                    "current_database() AND application_name = 'doctobooking-live'"
                )
                return cursor.fetchall()

        assert await in_thread(state) == [("idle", None)]

    run(scene)
