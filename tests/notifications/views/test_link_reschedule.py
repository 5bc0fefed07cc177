"""Choosing another time by the link in a message."""

from datetime import timedelta

import pytest
import time_machine

from appointments.services.cancelling import cancel_appointment
from tests.notifications.views.conftest import link

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def test_link_reschedule_offers_times(frozen, client, reminder, visit):
    html = text(client.get(link("link_reschedule", reminder)))
    for said in ("Elija la nueva hora", "La conserva hasta que confirme la nueva.",
                 link("link_move", reminder, visit.starts_at + timedelta(minutes=30))):  # fmt: skip
        assert said in html
    assert "/reservar/" not in html


def test_link_reschedule_of_another_week(frozen, client, reminder, slot):
    address = link("link_reschedule", reminder)
    html = text(client.get(address, {"semana": "2026-W50"}))
    assert link("link_move", reminder, slot + timedelta(days=14)) in html
    assert f'href="{address}?semana=2026-W51' in html
    assert client.get(address, {"semana": "zzz"}).status_code == 200


def test_link_reschedule_late_says_whom_to_call(client, reminder, visit, clinic):
    clinic.phone = "+59322345678"
    clinic.save()
    with time_machine.travel(visit.starts_at - timedelta(hours=2), tick=False):
        html = text(client.get(link("link_reschedule", reminder)))
    assert "Ya no se puede reprogramar en línea" in html
    assert "El plazo para reprogramar en línea ya terminó." in html
    assert "+593 2-234-5678" in html
    assert link("link_cancel", reminder) in html
    assert "/reprogramar/2026" not in html


def test_link_reschedule_of_what_was_cancelled(frozen, client, reminder, visit, alice):
    cancel_appointment(appointment=visit, actor=alice, status="cancelled_patient", now=frozen)
    html = text(client.get(link("link_reschedule", reminder)))
    assert "<h1>Esta cita ya no está en pie</h1>" in html
    assert "/reprogramar/2026" not in html


def test_link_reschedule_is_for_looking(frozen, client, reminder):
    assert client.post(link("link_reschedule", reminder)).status_code == 405


def test_link_reschedule_where_nothing_is_free(frozen, client, reminder, clinic):
    clinic.opening_hours.all().delete()
    assert client.get(link("link_reschedule", reminder)).status_code == 200
