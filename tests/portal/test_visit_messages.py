"""What was told about a visit, as the desk sees it, and once more on request."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from notifications.models import Message, RefusedAddress
from notifications.refusals import JustSent, NotAgain, StillUnderWay, VisitStarted
from tests.factories import AppointmentFactory, ClinicFactory, MessageFactory, PatientFactory

pytestmark = pytest.mark.django_db


def page(visit, name="visit_messages", *more):
    return reverse(f"portal:{name}", args=[visit.public_id, *more])


def text(answer):
    return answer.content.decode()


def said(answer):
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def sent(visit, frozen):
    return MessageFactory(visit=visit, due_at=frozen - timedelta(hours=1))


def test_visit_messages_says_to_whom_how_and_when(frozen, as_, dr_chen, carla, visit, sent):
    for user in (dr_chen.user, carla):
        html = text(as_(user).get(page(visit)))
        for fact in ("Mensajes de esta cita", "Paciente · Correo", "alice@ejemplo.test",
                     "Lunes 23 de noviembre, 8:00", "Enviado", "Enviar otra vez"):  # fmt: skip
            assert fact in html


def test_visit_messages_shows_first_what_did_not_arrive(frozen, as_, dr_chen, visit, sent):
    MessageFactory(visit=visit, kind="reminder_7d", state="given_up", due_at=frozen)
    for name in ("visit_messages", "visit"):
        html = text(as_(dr_chen.user).get(page(visit, name)))
        assert html.index("No llegó") < html.index("Cita confirmada")


def test_visit_messages_folds_the_rest(frozen, as_, dr_chen, carla, visit, sent):
    MessageFactory(visit=visit, channel="inbox", address="")
    MessageFactory(visit=visit, audience="doctor", recipient=dr_chen.user)
    html = text(as_(dr_chen.user).get(page(visit)))
    assert "Los demás mensajes (2)" in html
    assert html.index("alice@ejemplo.test") < html.index('<details class="disclosure"')
    # Where colleagues read their mail is not the matter of a visit.
    assert dr_chen.user.email not in text(as_(carla).get(page(visit)))


def test_visit_messages_says_which_address_takes_nothing(frozen, as_, dr_chen, visit, alice):
    RefusedAddress.objects.create(channel="email", address=alice.email, account=alice,
                                  error="550", first_at=frozen, last_at=frozen)  # fmt: skip
    for name in ("visit_messages", "visit"):
        html = text(as_(dr_chen.user).get(page(visit, name)))
        assert "alice@ejemplo.test rechaza lo que le enviamos. Llame a su paciente" in html


def test_visit_messages_of_prescriptions_is_for_the_doctor(frozen, as_, dr_chen, carla, visit):
    paper = MessageFactory(visit=visit, kind="prescription")
    assert "Receta lista" in text(as_(dr_chen.user).get(page(visit)))
    for name in ("visit_messages", "visit"):
        assert "Receta" not in text(as_(carla).get(page(visit, name)))
    address = page(visit, "visit_resend", paper.public_id)
    assert as_(carla).post(address).status_code == 404


def test_visit_messages_of_somebody_without_an_address(frozen, as_, dr_chen, clinic):
    guest = PatientFactory(account=None, email="", first_names="Rosa")
    visit = AppointmentFactory(clinic=clinic, patient=guest, booked_by=dr_chen.user)
    MessageFactory(visit=visit, recipient=None, state="suppressed", why="no_address")
    html = text(as_(dr_chen.user).get(page(visit)))
    assert "No hay a dónde escribir" in html
    assert "Enviar otra vez" not in html


def test_visit_messages_as_a_part(frozen, as_, dr_chen, visit, sent):
    answer = as_(dr_chen.user).get(page(visit), headers={"HX-Request": "true"})
    assert "<h1" not in text(answer)
    assert "Cita confirmada" in text(answer)


def test_visit_messages_of_others_are_as_absent(frozen, as_, alice, erin, dr_diaz, carla, dr_chen):
    elsewhere = AppointmentFactory(
        clinic=ClinicFactory(doctor=dr_chen), patient=alice.patients.get()
    )
    message = MessageFactory(visit=elsewhere)
    for somebody in (alice, erin, dr_diaz.user, carla):
        client = as_(somebody)
        assert client.get(page(elsewhere)).status_code == 404
        address = page(elsewhere, "visit_resend", message.public_id)
        assert client.post(address).status_code == 404
    assert Message.objects.count() == 1


def test_visit_messages_is_for_looking_and_for_desks(as_, dr_chen, client, visit, sent):
    assert as_(dr_chen.user).post(page(visit)).status_code == 405
    assert client.get(page(visit)).url == f"/cuenta/login/?next={page(visit)}"
    assert "no-store" in as_(dr_chen.user).get(page(visit))["Cache-Control"]


# visit_resend ---------------------------------------------------------------------------------


def test_visit_resend_plans_one_more(frozen, as_, dr_chen, carla, visit, sent):
    answer = as_(carla).post(page(visit, "visit_resend", sent.public_id), follow=True)
    assert answer.redirect_chain == [(page(visit), 302)]
    assert said(answer) == ["Lo enviamos otra vez."]
    again = Message.objects.get(copy=1)
    assert (again.resent_by, again.state, again.audience) == (carla, "planned", "patient")
    assert "enviado otra vez" in text(answer)


def test_visit_resend_shows_each_refusal(frozen, as_, dr_chen, visit, sent):
    client, address = as_(dr_chen.user), page(visit, "visit_resend", sent.public_id)
    Message.objects.filter(pk=sent.pk).update(sent_at=frozen)
    assert said(client.post(address, follow=True)) == [str(JustSent.message)]
    Message.objects.filter(pk=sent.pk).update(sent_at=frozen - timedelta(minutes=10))
    client.post(address)
    assert said(client.post(address, follow=True))[-1] == str(StillUnderWay.message)
    inbox = MessageFactory(visit=visit, channel="inbox", address="")
    address = page(visit, "visit_resend", inbox.public_id)
    assert said(client.post(address, follow=True)) == [str(NotAgain.message)]
    assert Message.objects.filter(copy=1).count() == 1


def test_visit_resend_after_the_visit_began(as_, dr_chen, visit, sent):
    with time_machine.travel(visit.starts_at, tick=False):
        answer = as_(dr_chen.user).post(page(visit, "visit_resend", sent.public_id), follow=True)
        assert said(answer) == [str(VisitStarted.message)]
        assert "Enviar otra vez" not in text(answer)


def test_visit_resend_of_another_visits_message_is_404(frozen, as_, dr_chen, clinic, visit):
    other = MessageFactory(
        visit=AppointmentFactory(clinic=clinic, starts_at=visit.starts_at + timedelta(days=1))
    )
    client = as_(dr_chen.user)
    for public_id in (other.public_id, uuid.uuid4()):
        assert client.post(page(visit, "visit_resend", public_id)).status_code == 404
    assert not Message.objects.filter(copy=1).exists()


def test_visit_resend_is_no_page(as_, dr_chen, client, visit, sent):
    address = page(visit, "visit_resend", sent.public_id)
    assert as_(dr_chen.user).get(address).status_code == 405
    assert client.post(address).url.startswith("/cuenta/login/?next=")
    strict = as_(dr_chen.user)
    strict.handler.enforce_csrf_checks = True
    assert strict.post(address).status_code == 403
