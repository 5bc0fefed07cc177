"""Pages about series ask a fixed number of questions, however many dates they have."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.appointments.serial import WEEK, repeat, written
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
LIMITS = {
    "series": 10,
    "series_move": 11,
    "series_cancel": 8,
    "visit": 16,
    "own": 17,
    "own_cancel": 9,
}


def asked(browser, path, query=None):
    browser.get(path, query)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert browser.get(path, query).status_code == 200
    return len(found)


def address(page, visit):
    return reverse(page, args=[visit.public_id])


@pytest.fixture(params=[2, 12], ids=["few", "many"])
def many(request):
    return request.param


def test_a_look_at_dates(frozen, as_, dr_chen, visit, clinic, many):
    for n in range(1, many + 1):
        AppointmentFactory(clinic=clinic, starts_at=visit.starts_at + n * WEEK)
    query = {"cada": "1", "veces": str(many + 1)}
    count = asked(as_(dr_chen.user), address("portal:series", visit), query)
    assert count <= LIMITS["series"]


def test_from_here_on(frozen, as_, dr_chen, visit, many):
    written(visit, count=many)
    ana = as_(dr_chen.user)
    query = {"fecha": "2026-11-26", "hora": "10:00"}
    assert asked(ana, address("portal:series_move", visit), query) <= LIMITS["series_move"]
    assert asked(ana, address("portal:series_cancel", visit)) <= LIMITS["series_cancel"]
    assert asked(ana, address("portal:visit", visit)) <= LIMITS["visit"]


def test_the_patients_pages(frozen, as_, alice, visit, many):
    written(visit, count=many)
    alices = as_(alice)
    assert asked(alices, address("appointments:appointment", visit)) <= LIMITS["own"]
    assert asked(alices, address("appointments:series_cancel", visit)) <= LIMITS["own_cancel"]


def test_booking_costs_as_much_for_each(frozen, visit, clinic):
    """No question that grows with the length of the series for each of its dates."""
    with CaptureQueriesContext(connection) as few:
        repeat(visit, frozen, every=1, count=2)
    other = AppointmentFactory(clinic=clinic, starts_at=visit.ends_at)
    with CaptureQueriesContext(connection) as more:
        repeat(other, frozen, every=1, count=4)
    each = (len(more) - len(few)) / 2
    assert each <= 8
