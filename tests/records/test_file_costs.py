"""Hostile files cost little: 300 MB, Python and all. What they take is in `benchmarks files`."""

import json
import subprocess
import sys

import pytest

from doctobooking.local.state import PROJECT
from tests.records.heavy import heavy

pytestmark = pytest.mark.thorough
MOST_MEGABYTES = 300


def test_no_file_costs_much(tmp_path, django_db_setup):
    files = heavy()
    for name, (content, _is_refused) in files.items():
        (tmp_path / name).write_bytes(content)
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.records.costs", str(tmp_path)],
        cwd=PROJECT, capture_output=True, check=True,
    )  # fmt: skip
    costs = json.loads(ran.stdout)
    assert len(costs) == len(files) >= 45
    assert {name: cost["refused"] for name, cost in costs.items()} == {
        name: is_refused for name, (_content, is_refused) in files.items()
    }
    dear = {name: cost for name, cost in costs.items() if cost["megabytes"] > MOST_MEGABYTES}
    assert dear == {}
