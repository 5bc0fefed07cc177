"""Moving a visit by the link in a message: a question first, then the move."""

from datetime import timedelta

import pytest
import time_machine

from appointments.services.desk_moving import move_visit
from core.models import Event
from tests.factories import AppointmentFactory
from tests.notifications.views.conftest import link

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def later(visit):
    return visit.starts_at + HOUR


def text(answer):
    return answer.content.decode()


def test_link_move_asks(frozen, client, reminder, visit, later):
    html = text(client.get(link("link_move", reminder, later)))
    for said in ("¿Movemos su cita?", "Martes 24 de noviembre, 10:00",
                 "Martes 24 de noviembre, 11:00", "Confirmar la nueva hora"):  # fmt: skip
        assert said in html
    visit.refresh_from_db()
    assert visit.starts_at == later - HOUR


def test_link_move_moves(frozen, client, reminder, visit, later, alice):
    answer = client.post(link("link_move", reminder, later))
    assert answer.status_code == 200
    assert "Su cita tiene una nueva hora" in text(answer)
    assert "Martes 24 de noviembre, 11:00" in text(answer)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.status, visit.sequence) == (later, "booked", 1)
    change = visit.changes.get(kind="rescheduled")
    assert (change.actor, change.by_desk) == (alice, False)
    assert Event.objects.filter(name="appointment.rescheduled").count() == 1


def test_link_move_where_each_visit_is_confirmed(frozen, client, reminder, visit, later, clinic):
    clinic.requires_confirmation = True
    clinic.save()
    address = link("link_move", reminder, later)
    assert "El consultorio confirmará la nueva hora." in text(client.get(address))
    assert "Solicitud enviada" in text(client.post(address))
    visit.refresh_from_db()
    assert (visit.starts_at, visit.status) == (later, "requested")


def test_link_move_without_an_account(frozen, client, to_rosa, rosa):
    answer = client.post(link("link_move", to_rosa, rosa.starts_at + HOUR))
    assert "Su cita tiene una nueva hora" in text(answer)
    assert rosa.changes.get().actor is None


@pytest.mark.parametrize("whose", ["reminder", "to_rosa"])
def test_link_move_twice_is_once(frozen, client, request, whose):
    message = request.getfixturevalue(whose)
    address = link("link_move", message, message.visit.starts_at + HOUR)
    for _time in range(2):
        answer = client.post(address)
        assert (answer.status_code, "nueva hora" in text(answer)) == (200, True)
    assert message.visit.changes.filter(kind="rescheduled").count() == 1


def test_link_move_to_a_time_that_was_taken(frozen, client, reminder, visit, later):
    AppointmentFactory(clinic=visit.clinic, starts_at=later)
    for look in (client.get, client.post):
        answer = look(link("link_move", reminder, later))
        assert answer.status_code == 409
        html = text(answer)
        for said in ("Elija otra hora", "Su cita sigue como estaba: martes 24 de noviembre, 10:00.",
                     "Las horas libres más cercanas",
                     link("link_move", reminder, later + timedelta(minutes=30))):  # fmt: skip
            assert said in html
    visit.refresh_from_db()
    assert visit.starts_at == later - HOUR


@pytest.mark.parametrize("hours", [-26, -24 * 400, 15, 24 * 400])
def test_link_move_to_what_is_not_offered(frozen, client, reminder, visit, hours):
    wrong = visit.starts_at + timedelta(hours=hours)
    for look in (client.get, client.post):
        assert look(link("link_move", reminder, wrong)).status_code == 409
    visit.refresh_from_db()
    assert visit.sequence == 0


def test_link_move_late_leads_to_why_not(client, reminder, visit, later):
    with time_machine.travel(visit.starts_at - timedelta(hours=2), tick=False):
        for look in (client.get, client.post):
            answer = look(link("link_move", reminder, later))
            assert answer.url == link("link_reschedule", reminder)
    visit.refresh_from_db()
    assert visit.sequence == 0


def test_link_move_of_what_was_cancelled(frozen, client, reminder, visit, later):
    visit.status, visit.cancelled_at = "cancelled_doctor", frozen
    visit.save()
    for look in (client.get, client.post):
        assert look(link("link_move", reminder, later)).status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.sequence) == ("cancelled_doctor", 0)


def test_link_move_asks_anew_whether_the_patient_comes(frozen, client, reminder, visit, later):
    client.post(link("link_attend", reminder))
    client.post(link("link_move", reminder, later))
    visit.refresh_from_db()
    assert visit.attendance_confirmed_at is None


def test_link_move_is_free_where_the_desk_moved(client, reminder, visit, later, dr_chen, frozen):
    move_visit(
        appointment=visit, starts_at=later, minutes=30, actor=dr_chen.user, now=frozen, message=""
    )
    with time_machine.travel(later - 2 * HOUR, tick=False):
        answer = client.post(link("link_move", reminder, later + 2 * HOUR))
    assert "Su cita tiene una nueva hora" in text(answer)


@pytest.mark.parametrize(("rule", "status"), [("ask", "requested"), ("phone", "booked")])
def test_link_follows_the_rule_about_missed_visits(
    frozen, client, reminder, visit, later, rule, status
):
    """Whoever has the link learns nothing of why."""
    AppointmentFactory(
        clinic=visit.clinic, patient=visit.patient, status="no_show",
        starts_at=frozen - timedelta(days=9),
    )  # fmt: skip
    type(visit.clinic).objects.update(no_show_rule=rule, no_show_limit=1)
    path = link("link_move", reminder, later)
    html = text(client.get(path, follow=True)) + text(client.post(path, follow=True))
    assert ("Para cambiar la hora de su cita, llame al consultorio." in html) == (rule == "phone")
    assert "inasistencia" not in html
    visit.refresh_from_db()
    assert visit.status == status


def test_link_move_to_a_doctor_who_is_stopped(frozen, client, reminder, visit, later, stop):
    stop(visit.doctor.user)
    path = link("link_move", reminder, later)
    assert [client.get(path).status_code, client.post(path).status_code] == [409, 409]
    assert client.get(link("link_reschedule", reminder)).status_code == 200
    visit.refresh_from_db()
    assert visit.starts_at == later - HOUR
    assert client.post(link("link_cancel", reminder)).status_code == 200
    visit.refresh_from_db()
    assert visit.status == "cancelled_patient"
