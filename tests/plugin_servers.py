"""A pytest plugin: the embedded servers run before Django reads its settings.

Loaded by `-p tests.plugin_servers` in pyproject.toml. Set DATABASE_URL and REDIS_URL to run the
suite on servers of your own. With pytest-xdist only the controller does anything here: its
workers inherit the two variables.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from doctobooking.local.state import Refusal
from doctobooking.local.suite_servers import Lease

LOG = "DOCTOBOOKING_POSTGRES_LOG"
_lease: Lease | None = None


# A wrapper runs around all plain hooks, that of pytest-django included, which loads the settings.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    global _lease
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        try:
            _lease = Lease()
        except Refusal as refusal:
            raise pytest.UsageError(str(refusal)) from None
        os.environ.setdefault("DATABASE_URL", _lease.database_url)
        os.environ.setdefault("REDIS_URL", _lease.redis_url)
        os.environ.setdefault(LOG, str(_lease.postgres_log))
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if _lease is not None:
        _lease.end()


@pytest.fixture(scope="session")
def postgres_log() -> Path:
    """The server's log: a test can look for "deadlock detected" in what it adds to it."""
    if LOG not in os.environ:
        pytest.skip("the database is not ours, so its log is not here")
    return Path(os.environ[LOG])
