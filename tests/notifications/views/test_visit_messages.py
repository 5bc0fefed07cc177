"""What a patient was told about a visit of theirs."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def address(visit):
    return reverse("notifications:visit_messages", args=[visit.public_id])


def text(answer):
    return answer.content.decode()


def test_visit_messages_says_what_how_and_when(frozen, as_, alice, visit):
    MessageFactory(visit=visit, due_at=frozen - timedelta(hours=1))
    html = text(as_(alice).get(address(visit)))
    for said in ("Mensajes de esta cita", "Cita confirmada", "Correo", "alice@ejemplo.test",
                 "Lunes 23 de noviembre, 8:00", "Enviado", "Enviar otra vez",
                 "Hora de Ecuador (GMT-5)"):  # fmt: skip
        assert said in html


def test_visit_messages_before_there_are_any(frozen, as_, alice, visit):
    html = text(as_(alice).get(address(visit)))
    assert "Todavía no hay mensajes." in html


def test_visit_messages_folds_what_is_planned(frozen, as_, alice, planned):
    html = text(as_(alice).get(address(planned)))
    start = html.index('<details class="disclosure"')
    assert html.index("Cita confirmada") < start
    assert "Por enviar (" in html[start:]
    assert "Saldrá el lunes 23 de noviembre, 10:00" in html[start:]
    assert "Recordatorio: 2 horas antes" in html[start:]
    planned.clinic.reminders = ["1d"]
    planned.clinic.save()
    assert "Recordatorio: 2 horas antes" not in text(as_(alice).get(address(planned)))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"state": "given_up"}, "No llegó"),
        ({"state": "unknown"}, "No sabemos si llegó"),
        ({"state": "failed"}, "Falló: se reintentará"),
        ({"state": "sending"}, "Enviándose"),
        ({"state": "suppressed", "why": "moved"}, "La cita cambió de hora"),
        ({"state": "suppressed", "why": "refused"}, "Esa dirección rechaza los mensajes"),
    ],
)
def test_visit_messages_says_what_became_of_each(frozen, as_, alice, visit, columns, said):
    MessageFactory(visit=visit, **columns)
    assert said in text(as_(alice).get(address(visit)))


def test_visit_messages_keeps_the_desks_to_the_desk(frozen, as_, alice, visit, dr_chen):
    MessageFactory(visit=visit, audience="doctor", recipient=dr_chen.user)
    MessageFactory(visit=visit, audience="assistant", recipient=dr_chen.user, state="given_up")
    html = text(as_(alice).get(address(visit)))
    assert dr_chen.user.email not in html
    assert "Todavía no hay mensajes." in html


def test_visit_messages_as_a_part(frozen, as_, alice, visit):
    MessageFactory(visit=visit)
    answer = as_(alice).get(address(visit), headers={"HX-Request": "true"})
    assert "<h1" not in text(answer)
    assert "Cita confirmada" in text(answer)
    assert "csrfmiddlewaretoken" in text(answer)


def test_the_visits_page_leads_there(frozen, as_, alice, visit):
    page = reverse("appointments:appointment", args=[visit.public_id])
    assert f'data-hx-get="{address(visit)}"' in text(as_(alice).get(page))


def test_visit_messages_of_a_stranger_is_404(frozen, as_, bob, dr_chen, erin, carla, visit):
    for somebody in (bob, dr_chen.user, erin, carla):
        assert as_(somebody).get(address(visit)).status_code == 404
    absent = reverse("notifications:visit_messages", args=[uuid.uuid4()])
    assert as_(bob).get(absent).status_code == 404


def test_visit_messages_is_for_looking_and_for_accounts(as_, alice, client, visit):
    assert as_(alice).post(address(visit)).status_code == 405
    assert client.get(address(visit)).url == f"/cuenta/login/?next={address(visit)}"
