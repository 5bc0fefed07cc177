"""«Asistiré» by the link in a reminder."""

from datetime import timedelta

import pytest

from appointments.services.cancelling import cancel_appointment
from appointments.services.rescheduling import reschedule_appointment
from notifications.models import Message
from notifications.services.planning import plan_messages
from tests.factories import AppointmentFactory, MessageFactory
from tests.notifications.views.conftest import link

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def lines(visit):
    return [(c.kind, c.actor) for c in visit.changes.filter(kind="will_attend")]


def test_link_attend_asks(frozen, client, reminder, visit):
    html = text(client.get(link("link_attend", reminder)))
    for said in ("¿Asistirá a su cita?", "Martes 24 de noviembre, 10:00", "Dra. Ana Molina Paz",
                 "La Carolina, Av. República 123, Quito", visit.code, "Sí, asistiré",
                 link("link_cancel", reminder), link("link_reschedule", reminder)):  # fmt: skip
        assert said in html


def test_link_attend_is_told_to_the_consultorio(frozen, client, reminder, visit, alice):
    answer = client.post(link("link_attend", reminder))
    assert answer.status_code == 200
    assert "Gracias: le esperamos" in text(answer)
    visit.refresh_from_db()
    assert visit.attendance_confirmed_at == frozen
    assert lines(visit) == [("will_attend", alice)]
    html = text(client.get(link("link_attend", reminder)))
    assert "Gracias: le esperamos" in html
    assert "Sí, asistiré" not in html


def test_link_attend_twice_is_once(frozen, client, reminder, visit):
    for _time in range(2):
        assert "Gracias: le esperamos" in text(client.post(link("link_attend", reminder)))
    assert len(lines(visit)) == 1


def test_link_attend_without_an_account(frozen, client, to_rosa, rosa):
    html = text(client.post(link("link_attend", to_rosa)))
    assert "Gracias: le esperamos" in html
    assert "Rosa" not in html
    assert lines(rosa) == [("will_attend", None)]


def test_link_attend_of_what_was_cancelled(frozen, client, reminder, visit, alice):
    cancel_appointment(appointment=visit, actor=alice, status="cancelled_patient", now=frozen)
    html = text(client.get(link("link_attend", reminder)))
    assert "<h1>Esta cita ya no está en pie</h1>" in html
    assert "<form class" not in html
    answer = client.post(link("link_attend", reminder))
    assert answer.status_code == 409
    assert "Esa cita ya no está vigente." in text(answer)
    assert lines(visit) == []


def test_link_attend_of_a_request(frozen, client, reminder, visit, alice, clinic):
    clinic.requires_confirmation = True
    clinic.save()
    reschedule_appointment(
        appointment=visit, starts_at=visit.starts_at + timedelta(hours=1), actor=alice, now=frozen
    )
    html = text(client.get(link("link_attend", reminder)))
    assert "Su solicitud espera respuesta" in html
    assert "Sí, asistiré" not in html
    answer = client.post(link("link_attend", reminder))
    assert (answer.status_code, "Esa cita ya no está vigente." in text(answer)) == (409, True)


def test_link_attend_after_a_move_is_of_the_new_time(frozen, client, reminder, visit, alice):
    reschedule_appointment(
        appointment=visit, starts_at=visit.starts_at + timedelta(hours=1), actor=alice, now=frozen
    )
    assert "Martes 24 de noviembre, 11:00" in text(client.get(link("link_attend", reminder)))
    client.post(link("link_attend", reminder))
    visit.refresh_from_db()
    assert visit.attendance_confirmed_at == frozen


# Several visits of one reminder --------------------------------------------------------------


def test_link_attend_of_several_says_each(frozen, client, reminder, pair, visit):
    html = text(client.get(link("link_attend", reminder)))
    for said in ("¿Asistirá a sus citas?", "Martes 24 de noviembre, 10:00",
                 "Martes 24 de noviembre, 12:00", "Sí, asistiré a todas",
                 *(link("link_cancel", m) for m in (reminder, pair.messages.get()))):  # fmt: skip
        assert said in html
    client.post(link("link_attend", reminder))
    assert (len(lines(visit)), len(lines(pair))) == (1, 1)
    html = text(client.get(link("link_attend", reminder)))
    assert "Gracias: le esperamos" in html


def test_link_attend_of_several_leaves_out_what_does_not_stand(
    frozen, client, reminder, pair, visit, alice
):
    cancel_appointment(appointment=visit, actor=alice, status="cancelled_patient", now=frozen)
    html = text(client.get(link("link_attend", reminder)))
    assert "¿Asistirá a sus citas?" in html
    assert link("link_cancel", reminder) not in html
    answer = client.post(link("link_attend", reminder))
    assert answer.status_code == 200
    assert (lines(visit), len(lines(pair))) == ([], 1)


def test_link_attend_of_several_leaves_out_what_moved(frozen, client, reminder, pair, visit, alice):
    reschedule_appointment(
        appointment=pair, starts_at=pair.starts_at + timedelta(days=1), actor=alice, now=frozen
    )
    html = text(client.get(link("link_attend", reminder)))
    assert "¿Asistirá a su cita?" in html
    client.post(link("link_attend", reminder))
    assert (len(lines(visit)), lines(pair)) == (1, [])


def test_link_attend_when_all_are_confirmed_thanks(frozen, client, reminder, pair):
    assert "Gracias" in text(client.post(link("link_attend", reminder)))
    html = text(client.get(link("link_attend", reminder)))
    assert "Gracias" in html
    assert "Sí, asistiré" not in html


def test_link_attend_of_a_child(frozen, client, alice, clinic, slot):
    """The parent's reminder; the child's name is in the mail, and not on the page."""
    child = alice.patients.create(
        relationship="child", first_names="Mateo", last_names="Vera", birth_date="2018-05-03"
    )
    visit = AppointmentFactory(clinic=clinic, patient=child, booked_by=alice, starts_at=slot)
    message = MessageFactory(visit=visit, kind="reminder_1d")
    html = text(client.post(link("link_attend", message)))
    assert "Mateo" not in html
    assert lines(visit) == [("will_attend", alice)]


def test_link_attend_tells_nobody_by_mail(frozen, client, reminder):
    plan_messages(now=frozen)
    before = Message.objects.count()
    client.post(link("link_attend", reminder))
    plan_messages(now=frozen)
    assert Message.objects.count() == before
