"""Everybody with a browser, and the addresses of the access matrix."""

import gc
import logging

import pytest

from appointments.models import Appointment
from tests.crawling.world import everybody, of_the_team
from tests.matrix import addresses, admin_paths, browsers, things  # noqa: F401 -- fixtures
from tests.test_admin_access import team  # noqa: F401 -- fixture

LIMITS = (
    "CHECKS_PER_ADDRESS", "SUPPORT_PER_ADDRESS", "SUPPORT_PER_PERSON", "SUPPORT_REPLIES_PER_HOUR",
    "SUPPORT_MARKS_PER_ADDRESS", "BOOKINGS_PER_HOUR", "OPEN_VISITS_PER_DOCTOR",
    "DESK_CHANGES_PER_HOUR", "DESK_CHANGES_PER_DAY",
)  # fmt: skip


@pytest.fixture
def without_limits(settings):
    """Thousands of requests, and nothing kept of what the log would say of each."""
    for name in LIMITS:
        setattr(settings, name, 10**6)
    logging.disable(logging.CRITICAL)
    gc.freeze()
    yield
    gc.unfreeze()
    logging.disable(logging.NOTSET)


@pytest.fixture
def people(frozen, without_limits, things, browsers, clinic, alice):  # noqa: F811
    return everybody(things, browsers, clinic, alice)


@pytest.fixture
def matrix(things):  # noqa: F811
    return [path for _name, path in addresses(things)]


@pytest.fixture
def of_team(frozen, without_limits, things, team, bob):  # noqa: F811
    visit = Appointment.objects.visits().order_by("pk").first()
    return of_the_team(team, visit, bob)


@pytest.fixture
def admin_matrix(of_team):
    return [path for _rest, path in admin_paths()]
