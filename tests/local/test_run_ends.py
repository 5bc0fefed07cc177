"""How `make run` ends: asked, killed, and with its data kept for the next time."""

import signal
import sys

import psycopg
import pytest

from doctobooking.local.state import State
from tests.local.running import Product, free_port, soon

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
]


def test_life_of_a_folder(tmp_path):
    """One long test: each start needs what the one before it left."""
    folder, port = tmp_path / "data", free_port()

    first = Product(folder, port)
    try:
        first.await_welcome(180)
        with psycopg.connect(State(folder).env()["DATABASE_URL"]) as connection:
            connection.execute("create table kept as select 7 as n")
        secrets = State(folder).secrets()
        assert first.end(signal.SIGINT) == 0
    finally:
        first.clear()
    assert first.survivors() == []

    second = Product(folder, port)
    try:
        second.await_welcome(120)
        assert State(folder).secrets() == secrets
        second.process.kill()
        second.process.wait()
        assert soon(lambda: second.survivors() == [], 10), second.survivors()
    finally:
        second.clear()

    third = Product(folder, port)
    try:
        third.await_welcome(120)
        with psycopg.connect(State(folder).env()["DATABASE_URL"]) as connection:
            assert connection.execute("select n from kept").fetchone() == (7,)
        assert third.end(signal.SIGTERM) == 0
    finally:
        third.remove()
    assert third.survivors() == []


def test_early_ctrl_c_ends_it_too(tmp_path):
    product = Product(tmp_path / "data", free_port())
    try:
        assert soon(lambda: "migraciones" in product.said, 30)
        assert product.end(signal.SIGINT) == 0
        assert product.survivors() == []
    finally:
        product.remove()
