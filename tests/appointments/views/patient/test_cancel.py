"""A question first; only the POST cancels, and the time is free at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from core.models import Event
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db


def address(visit, page="cancel"):
    return reverse(f"appointments:{page}", args=[visit.public_id])


def test_cancel_asks_first(frozen, as_, alice, visit):
    html = as_(alice).get(address(visit)).content.decode()
    assert "¿Cancelar esta cita?" in html
    assert "Está a tiempo: cancelar no tiene costo." in html
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_cancel_in_time(frozen, as_, alice, visit, client):
    answer = as_(alice).post(address(visit))
    assert (answer.status_code, answer.url) == (302, address(visit, "appointment"))
    visit.refresh_from_db()
    assert (visit.status, visit.is_late_cancellation) == ("cancelled_patient", False)
    assert visit.cancelled_at == frozen
    change = visit.changes.get()
    assert (change.kind, change.actor, change.from_status) == ("cancelled", alice, "booked")
    assert Event.objects.get().name == "appointment.cancelled"
    hold = reverse("appointments:hold", args=[visit.clinic.public_id, visit.starts_at])
    assert client.get(hold).status_code == 200


def test_cancel_is_told_on_the_next_page(frozen, as_, alice, visit):
    page = as_(alice).post(address(visit), follow=True).content.decode()
    assert "Su cita está cancelada." in page
    assert "Cancelada" in page


def test_cancel_late_is_said_and_flagged(as_, alice, visit):
    with time_machine.travel(visit.starts_at - timedelta(hours=2), tick=False):
        client = as_(alice)
        html = client.get(address(visit)).content.decode()
        assert "El plazo para cancelar sin costo terminó el martes 24 de noviembre, 21:00." in html
        client.post(address(visit))
    visit.refresh_from_db()
    assert (visit.status, visit.is_late_cancellation) == ("cancelled_patient", True)


def test_cancel_at_the_deadline_is_in_time(as_, alice, visit):
    with time_machine.travel(visit.cancel_until, tick=False):
        as_(alice).post(address(visit))
    visit.refresh_from_db()
    assert visit.is_late_cancellation is False


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=10), timedelta(days=30)])
def test_cancel_of_what_began_is_refused(as_, alice, visit, late):
    with time_machine.travel(visit.starts_at + late, tick=False):
        client = as_(alice)
        assert client.get(address(visit)).url == address(visit, "appointment")
        answer = client.post(address(visit))
    assert answer.status_code == 409
    assert "Esa cita ya empezó o ya pasó" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_cancel_of_what_was_attended_is_refused(frozen, as_, alice, visit):
    visit.status = "attended"
    visit.save()
    answer = as_(alice).post(address(visit))
    assert answer.status_code == 409
    assert "Esa cita ya no está vigente" in answer.content.decode()


def test_cancel_twice_is_once(frozen, as_, alice, visit):
    client = as_(alice)
    client.post(address(visit))
    assert client.post(address(visit)).status_code == 302
    assert visit.changes.count() == 1
    assert Event.objects.count() == 1


def test_cancel_by_a_stranger_is_404(frozen, as_, bob, dr_chen, erin, visit):
    for somebody in (bob, dr_chen.user, erin):
        client = as_(somebody)
        assert client.get(address(visit)).status_code == 404
        assert client.post(address(visit)).status_code == 404
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_cancel_by_anonymous_goes_to_log_in(client, visit):
    assert client.get(address(visit)).status_code == 302
    assert client.post(address(visit)).url.startswith("/cuenta/login/?next=")
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_cancel_without_csrf_token_is_403(frozen, as_, alice, visit):
    client = as_(alice)
    client.handler.enforce_csrf_checks = True
    assert client.post(address(visit)).status_code == 403


def test_cancel_by_another_method_is_405(as_, alice, visit):
    assert as_(alice).delete(address(visit)).status_code == 405


@pytest.fixture
def costly(clinic, alice):
    """Alicia's visit, booked where cancelling late costs something."""
    patient, fee = alice.patients.get(), Decimal("20.50")
    return AppointmentFactory(clinic=clinic, patient=patient, late_cancellation_fee=fee)


def test_fee_is_told_before_it_is_charged(as_, alice, costly):
    """Who opened the page in time, and confirms too late, is asked again."""
    visit = costly
    client = as_(alice)
    with time_machine.travel(visit.cancel_until, tick=False):
        assert (
            "Está a tiempo: cancelar no tiene costo." in client.get(address(visit)).content.decode()
        )
    with time_machine.travel(visit.cancel_until + timedelta(seconds=1), tick=False):
        answer = client.post(address(visit))
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "El plazo terminó: cancelar ahora cuesta USD\xa020,50." in html
        assert "Sí, cancelar y pagar USD\xa020,50" in html
        visit.refresh_from_db()
        assert visit.status == "booked"
        for _twice in range(2):
            told = client.post(address(visit), {"cargo": "20.50"})
            assert told.url == address(visit, "appointment")
    visit.refresh_from_db()
    line = visit.payment_lines.get()
    assert (visit.status, line.kind, line.amount) == (
        "cancelled_patient",
        "charge",
        Decimal("20.50"),
    )


@pytest.mark.parametrize("told", ["0", "-1", "NaN", "\x00", "x" * 5000])
def test_hostile_fees_charge_nothing(as_, alice, costly, told):
    with time_machine.travel(costly.starts_at - timedelta(hours=1), tick=False):
        assert as_(alice).post(address(costly), {"cargo": told}).status_code == 409
    assert not costly.payment_lines.exists()
