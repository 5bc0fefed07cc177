"""A database for benchmarks that ask one: on the tests' servers, gone afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from doctobooking.local.suite_servers import Lease


@contextmanager
def stage() -> Iterator[None]:
    """Django is set up inside; models are to be imported there, not before."""
    lease = Lease()
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = lease.database_url, lease.redis_url
    os.environ["DJANGO_SETTINGS_MODULE"] = "doctobooking.settings.test"
    django.setup()
    from django.test.utils import (  # noqa: PLC0415 -- only after the settings are known
        setup_databases,
        teardown_databases,
    )

    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)
        lease.end()
