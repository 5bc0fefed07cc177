"""The product at work: what passes through the broker, and what its processes write down.

tests/privacy/test_leaks.py looks at all that is private in one process; here each process is its
own, and the broker is heard command by command, so that what was there for a moment is seen too.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import redis

from tests.storms import checks
from tests.storms.clients import DETAILS, HIDDEN, Client
from tests.storms.http import Request
from tests.storms.rig import soon

pytestmark = pytest.mark.storm
REASON, MESSAGE, PHONE = "fugareason7q", "fugadesk7q", "+593995554433"
NAMES = ("web", "worker", "beat", "valkey", "postgres")


@contextmanager
def heard(url: str) -> Iterator[list[str]]:
    """Every command that the broker gets."""
    said: list[str] = []
    with redis.Redis.from_url(url).monitor() as monitor:

        def listen() -> None:
            with suppress(redis.RedisError, OSError, ValueError):
                for command in monitor.listen():
                    said.append(command["command"])

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        yield said
        monitor.connection.disconnect()
        listener.join(timeout=5)


async def book(client, clinic, at):
    """With a reason and a telephone of one's own."""
    path = client.rig.path
    await client.post(path(clinic, at))
    details = {**DETAILS, "reason": f"{REASON} dolor", "phone": PHONE}
    await client.post(path(clinic, at, "datos/"), details)
    review = path(clinic, at, "revisar/")
    page = await client.get(review)
    assert REASON in page.body
    return await client.post(review, dict(HIDDEN.findall(page.body)))


def test_nobody_is_named_on_the_way(rig, figure):
    checks.settle(rig, 60)
    person, clinic = rig.world["people"][-1], rig.world["clinics"][0]
    client = Client(rig, person, [], random.Random(1))
    before = {name: rig.log_position(name) for name in NAMES}
    with heard(rig.valkey.url()) as said:
        booked = rig.go(book(client, 0, rig.time(1500)))
        visit = booked.location.split("/")[2]
        page = f"/agenda/citas/{visit}/cancelar/"
        form = {"message": f"{MESSAGE} lo siento"}
        assert rig.ask(Request(page, clinic["session"], form)).status == 302
        checks.settle(rig, 60)
        with redis.Redis.from_url(rig.valkey.url()) as broker:
            broker.set("planted", REASON)
            assert soon(lambda: any(REASON in one for one in said), 5)
            broker.delete("planted")
    planted = [one for one in said if "planted" in one]
    texts = {name: rig.log(name, since=before[name]) for name in NAMES}
    texts["broker"] = "\n".join(one for one in said if one not in planted)
    private = (REASON, MESSAGE, PHONE, PHONE[4:], person["email"], "d0@storm.test", "Número")
    assert {name: [p for p in private if p in text] for name, text in texts.items()} == {
        name: [] for name in texts
    }
    assert texts["broker"].count("relay") >= 1
    figure("commands that the broker was heard to get", len(said))
