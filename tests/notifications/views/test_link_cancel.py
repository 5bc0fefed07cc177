"""Cancelling by the link in a message."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from core.models import Event
from tests.factories import AppointmentFactory, MessageFactory
from tests.notifications.views.conftest import link

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def test_link_cancel_asks(frozen, client, reminder, visit):
    html = text(client.get(link("link_cancel", reminder)))
    for said in ("¿Cancelar esta cita?", "Cancelar no tiene costo.", "Sí, cancelar la cita",
                 link("link_reschedule", reminder), visit.code):  # fmt: skip
        assert said in html
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_link_cancel_cancels(frozen, client, reminder, visit, alice):
    answer = client.post(link("link_cancel", reminder))
    assert answer.status_code == 200
    assert "Su cita está cancelada" in text(answer)
    visit.refresh_from_db()
    assert (visit.status, visit.cancelled_at) == ("cancelled_patient", frozen)
    change = visit.changes.get(kind="cancelled")
    assert (change.actor, change.by_desk) == (alice, False)
    assert Event.objects.filter(name="appointment.cancelled").count() == 1


def test_link_cancel_without_an_account(frozen, client, to_rosa, rosa):
    assert "Su cita está cancelada" in text(client.post(link("link_cancel", to_rosa)))
    rosa.refresh_from_db()
    assert rosa.status == "cancelled_patient"
    assert rosa.changes.get().actor is None


def test_link_cancel_twice_is_once(frozen, client, reminder, visit):
    for _time in range(2):
        answer = client.post(link("link_cancel", reminder))
        assert (answer.status_code, "Su cita está cancelada" in text(answer)) == (200, True)
    assert visit.changes.filter(kind="cancelled").count() == 1
    assert "<h1>Esta cita ya no está en pie</h1>" in text(client.get(link("link_cancel", reminder)))


def test_link_cancel_late_is_said_and_flagged(client, reminder, visit):
    with time_machine.travel(visit.starts_at - timedelta(hours=2), tick=False):
        html = text(client.get(link("link_cancel", reminder)))
        assert "El plazo para cancelar sin costo terminó el lunes 23 de noviembre, 22:00." in html
        assert link("link_reschedule", reminder) not in html
        client.post(link("link_cancel", reminder))
    visit.refresh_from_db()
    assert (visit.status, visit.is_late_cancellation) == ("cancelled_patient", True)


@pytest.mark.parametrize("status", ["cancelled_doctor", "declined", "lapsed"])
def test_link_cancel_of_what_does_not_stand(frozen, client, reminder, visit, status):
    visit.status, visit.cancelled_at = status, frozen
    visit.save()
    html = text(client.get(link("link_cancel", reminder)))
    assert "<h1>Esta cita ya no está en pie</h1>" in html
    assert "Reservar otra hora" in html
    assert client.post(link("link_cancel", reminder)).status_code == 200
    visit.refresh_from_db()
    assert (visit.status, visit.sequence) == (status, 0)


def test_link_cancel_of_one_of_several_keeps_the_others(frozen, client, reminder, pair, visit):
    client.post(link("link_cancel", reminder))
    pair.refresh_from_db()
    assert pair.status == "booked"


@pytest.mark.parametrize("kind", ["booked", "rescheduled", "accepted", "requested"])
def test_link_cancel_from_any_letter_about_the_visit(frozen, client, visit, kind):
    message = MessageFactory(visit=visit, kind=kind)
    assert client.get(link("link_cancel", message)).status_code == 200


def test_link_cancel_from_a_text_message(frozen, client, visit):
    message = MessageFactory(
        visit=visit, kind="reminder_2h", channel="sms", address="+593991234567"
    )
    assert client.get(link("link_cancel", message)).status_code == 200
    message.address = "+593990000000"
    message.save()
    assert client.get(link("link_cancel", message)).status_code == 404


def test_link_cancel_tells_the_fee_and_charges_no_other(client, clinic, alice):
    visit = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), late_cancellation_fee=Decimal(20)
    )
    reminder = MessageFactory(visit=visit, kind="reminder_1d")
    with time_machine.travel(visit.starts_at - timedelta(hours=2), tick=False):
        untold = client.post(link("link_cancel", reminder))
        assert untold.status_code == 409
        assert "cancelar ahora cuesta USD\xa020" in text(untold)
        html = text(client.get(link("link_cancel", reminder)))
        assert "Si cancela ahora, el consultorio le cobra USD\xa020." in html
        assert '<input type="hidden" name="cargo" value="20.00">' in html
        assert client.post(link("link_cancel", reminder), {"cargo": "20.00"}).status_code == 200
    visit.refresh_from_db()
    line = visit.payment_lines.get()
    assert (visit.status, line.fee, line.amount) == ("cancelled_patient", "late", 20)
