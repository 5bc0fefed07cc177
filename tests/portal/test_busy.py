"""The doctor's row is taken by somebody who does not let go: the page says so, and is no fault."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.urls import reverse

from appointments.models import Absence
from appointments.services.locks import lock_doctor
from tests.client import StrictClient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def taken(clinic):
    """Nobody else gets the doctor's row; who waits for it does so for a moment only."""
    has_it, enough = Event(), Event()

    def keep():
        try:
            with transaction.atomic():
                lock_doctor(clinic.doctor_id)
                has_it.set()
                enough.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(keep)
        assert has_it.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        yield
        enough.set()
    connection.close()


@pytest.mark.parametrize("route", ["portal:publish", "portal:unpublish", "portal:unblock"])
def test_busy_is_503_of_the_house(frozen, clinic, dr_chen, taken, route):
    absence = Absence.objects.create(
        doctor=dr_chen, starts_at=frozen, ends_at=frozen + timedelta(days=1)
    )
    client = StrictClient(raise_request_exception=False)
    client.force_login(dr_chen.user)
    answer = client.post(
        reverse(route, args=[absence.public_id] if route.endswith("block") else [])
    )
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert Absence.objects.exists()
