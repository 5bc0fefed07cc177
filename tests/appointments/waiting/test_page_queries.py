"""Pages of the waiting list ask a fixed number of questions, however long the list is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.services.waiting_offers import offer_due
from tests.appointments.waiting.conftest import HOUR, WEDNESDAY
from tests.factories import ClinicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.thorough, pytest.mark.usefixtures("frozen")]


def asked(client, path):
    client.get("/ayuda/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    looks = ("_indexchange", "_indexmark", "SAVEPOINT", "RELEASE")
    return [q["sql"] for q in queries.captured_queries if not any(x in q["sql"] for x in looks)]


def fixed(client, path, grow, most):
    grow(1)
    few = asked(client, path)
    grow(4)
    many = asked(client, path)
    assert len(many) == len(few), "\n".join(sql[:160] for sql in many)
    assert len(many) <= most


def test_mine(as_, wait, free, alice, now):
    def grow(count):
        for n in range(count):
            clinic = ClinicFactory()
            wait(alice, doctor=clinic.doctor)
            free(WEDNESDAY + n * HOUR, clinic=clinic)
        offer_due(now=now)

    fixed(as_(alice), reverse("appointments:waiting"), grow, 13)


@pytest.mark.parametrize(("page", "most"), [("waiting_list", 14), ("waiting_times", 11)])
def test_desk(as_, wait, free, people, dr_chen, now, page, most):
    hours = iter(range(8))

    def grow(count):
        for account in people(count):
            wait(account, phone="+593991234567")
            free(WEDNESDAY + next(hours) * HOUR)
        offer_due(now=now)

    fixed(as_(dr_chen.user), reverse(f"portal:{page}"), grow, most)


def test_offering_a_time_takes_a_fixed_number_whoever_waits(wait, free, people, now):
    def looked():
        free(WEDNESDAY + next(hours) * HOUR)
        with CaptureQueriesContext(connection) as queries:
            assert offer_due(now=now) == 1
        return len(queries.captured_queries)

    hours = iter(range(8))
    for account in people(1):
        wait(account)
    few = looked()
    for account in people(6):
        wait(account)
    assert looked() == few
