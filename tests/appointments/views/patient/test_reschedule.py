"""Choosing the new time."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from core.converters import InstantConverter

pytestmark = pytest.mark.django_db


def address(visit):
    return reverse("appointments:reschedule", args=[visit.public_id])


def test_reschedule_offers_free_times(frozen, as_, alice, visit, slot):
    html = as_(alice).get(address(visit)).content.decode()
    assert "La conserva hasta que confirme la nueva." in html
    assert f"/reprogramar/{InstantConverter().to_url(slot)}/" in html
    assert "Mover la cita al martes 24 de noviembre a las 10:00" in html


def test_reschedule_another_week(frozen, as_, alice, visit):
    html = as_(alice).get(address(visit), {"semana": "2026-W50"}).content.decode()
    assert "Lunes 7 de diciembre" in html


@pytest.mark.parametrize(
    "week", ["", "x", "2026-W99", "0000-W01", "2026W48", "-W", "9" * 9999, "2026-W-1", "٢٠٢٦-W48"]
)
def test_reschedule_a_week_that_is_none(frozen, as_, alice, visit, week):
    assert as_(alice).get(address(visit), {"semana": week}).status_code == 200


def test_reschedule_after_the_deadline_leads_back(as_, alice, visit):
    with time_machine.travel(visit.cancel_until + timedelta(seconds=1), tick=False):
        answer = as_(alice).get(address(visit))
    assert answer.url == reverse("appointments:appointment", args=[visit.public_id])


def test_reschedule_of_a_stranger_is_404(frozen, as_, bob, dr_chen, visit):
    for somebody in (bob, dr_chen.user):
        assert as_(somebody).get(address(visit)).status_code == 404


def test_reschedule_of_anonymous_goes_to_log_in(client, visit):
    assert client.get(address(visit)).url == f"/cuenta/login/?next={address(visit)}"


def test_reschedule_is_for_looking(frozen, as_, alice, visit):
    assert as_(alice).post(address(visit)).status_code == 405
