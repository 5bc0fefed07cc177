"""«Más tiempo»: ten more minutes, once."""

from datetime import timedelta

import pytest
import time_machine

from appointments.models import Appointment
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=8)


def expiry():
    return Appointment.objects.get().hold_expires_at


def test_extend_starts_the_ten_minutes_again(walk, alice):
    walk.to_details(alice)
    assert "Más tiempo" in walk.look("details").content.decode()
    with time_machine.travel(LATER, tick=False):
        answer = walk.extend()
        assert (answer.status_code, answer.url) == (302, walk.address("details"))
        assert expiry() == LATER + timedelta(minutes=10)
        html = walk.look("details").content.decode()
    assert "le guardamos la hora diez minutos más" in html
    assert "Más tiempo" not in html


def test_extend_twice_is_refused(walk, alice):
    walk.to_details(alice)
    walk.extend()
    with time_machine.travel(LATER, tick=False):
        walk.extend()
        html = walk.look("details").content.decode()
    assert "Ya amplió una vez el tiempo de esta hora" in html
    assert expiry() == NOW + timedelta(minutes=10)


def test_extend_too_late_says_so(walk, alice):
    walk.to_details(alice)
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        walk.extend()
        html = walk.look("details").content.decode()
    assert "Ya no le guardamos esa hora" in html
    assert "Guardar la hora otra vez" in html
    assert expiry() == NOW + timedelta(minutes=10)


def test_extend_without_a_hold_leads_back_to_the_time(walk, alice):
    walk.log_in(alice).extend()
    assert walk.look("details").url == walk.address("hold")
    assert not Appointment.objects.exists()


def test_extend_before_the_log_in(walk):
    walk.hold()
    walk.extend()
    assert walk.look("details").url.startswith("/cuenta/login/?next=")


def test_extend_by_get_is_405(walk):
    assert walk.client.get(walk.address("extend")).status_code == 405
