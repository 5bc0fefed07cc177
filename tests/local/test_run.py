"""`make run` while it runs: it answers, it comes back, it refuses a second one."""

import os
import signal
import sys

import pytest

from tests.local.running import CHILDREN, Product, free_port, soon
from tests.storms.checks import busyness

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run") / "data"


@pytest.fixture(scope="module")
def product(folder):
    product = Product(folder, free_port())
    try:
        product.await_welcome(180)
        yield product
    finally:
        product.remove()


def test_page_and_health_answer(product):
    assert product.get("/healthz") == 200
    assert product.get("/readyz") == 200
    assert product.get("/correo-local/") == 200


def test_env_file_leads_other_commands_to_the_servers(product, folder):
    names = {line.split("=")[0] for line in (folder / "env").read_text().splitlines()}
    assert names >= {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CLINICAL_KEYS"}


@pytest.mark.parametrize("name", CHILDREN)
def test_killed_process_is_back_within_ten_seconds(product, name):
    first = product.pid(name)
    assert first
    os.kill(first, signal.SIGKILL)
    # On a machine that others use too, all takes longer.
    patience = 10 * busyness()
    assert soon(lambda: product.pid(name) not in (0, first), patience)
    assert soon(lambda: product.get("/readyz") == 200, patience)


def test_second_start_on_the_same_folder_is_a_sentence(product, folder):
    second = Product(folder, free_port())
    assert second.process.wait(timeout=10) == 1
    assert "already runs with the folder" in second.said
    assert "Traceback" not in second.said


def test_busy_port_is_a_sentence_before_anything_starts(product, tmp_path):
    second = Product(tmp_path / "data", product.port)
    assert second.process.wait(timeout=10) == 1
    assert f"Port {product.port} is taken" in second.said
    assert "Traceback" not in second.said
    assert not (tmp_path / "data" / "postgres").exists()


def test_nonsense_port_is_a_sentence(tmp_path):
    product = Product(tmp_path / "data", 0, PORT="ocho")
    assert product.process.wait(timeout=10) == 1
    assert "PORT must be a number" in product.said
