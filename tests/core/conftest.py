from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection


def _away(*_args):
    raise OperationalError("connection refused")


@pytest.fixture
def no_database():
    """`with no_database(): ...` every query fails as it does when the server is away."""

    @contextmanager
    def away():
        with connection.execute_wrapper(_away):
            yield

    return away
