"""One visit; right after booking it is the confirmation."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.services.desk_moving import move_visit
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def address(visit):
    return reverse("appointments:appointment", args=[visit.public_id])


def test_appointment_confirms_right_after_booking(walk, alice):
    walk.to_review(alice)
    page = walk.client.get(walk.confirm().url)
    html = page.content.decode()
    assert "Su cita está confirmada" in html
    assert "DB-" in html
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        later = walk.client.get(page.request["PATH_INFO"]).content.decode()
    assert "Su cita está confirmada" not in later


def test_appointment_shows_the_facts(frozen, as_, alice, visit, clinic):
    visit.reason = "dolor de pecho"
    visit.save()
    clinic.directions, clinic.instructions = "Piso 3, frente al parque.", "Venga en ayunas."
    clinic.phone = "+59322345678"
    clinic.save()
    html = as_(alice).get(address(visit)).content.decode()
    for fact in (
        "Miércoles 25 de noviembre, 9:00", "hora de Ecuador (GMT-5)", "Dra. Ana Molina Paz",
        "Alicia Vera", "La Carolina, Av. República 123, Quito", "USD\xa045", visit.code,
        "Sin costo hasta el martes 24 de noviembre, 21:00", "dolor de pecho",
        "Piso 3, frente al parque.", "Venga en ayunas.", "+593 2-234-5678", "calendario.ics",
        "mlat=-0.18", "Reprogramar", "Cancelar la cita",
    ):  # fmt: skip
        assert fact in html


def test_appointment_keeps_the_price_of_its_booking(frozen, as_, alice, visit, clinic):
    clinic.price, clinic.payment_policy = 99, "Ahora es otra."
    clinic.save()
    html = as_(alice).get(address(visit)).content.decode()
    assert "USD\xa045" in html
    assert "USD\xa099" not in html
    assert "Ahora es otra." not in html


def test_appointment_near_its_hour_can_be_cancelled_only(as_, alice, visit):
    with time_machine.travel(visit.starts_at - timedelta(hours=2), tick=False):
        html = as_(alice).get(address(visit)).content.decode()
    assert "/reprogramar/" not in html
    assert "El plazo para reprogramar en línea ya terminó" in html
    assert "/cancelar/" in html


def test_appointment_that_is_over_has_no_buttons(as_, alice, visit):
    with time_machine.travel(visit.ends_at, tick=False):
        html = as_(alice).get(address(visit)).content.decode()
    assert "Pasada" in html
    for way in ("/reprogramar/", "/cancelar/", "calendario.ics"):
        assert way not in html


def test_appointment_of_a_stranger_is_as_absent(frozen, as_, bob, dr_chen, erin, visit):
    for somebody in (bob, dr_chen.user, erin):
        client = as_(somebody)
        assert client.get(address(visit)).status_code == 404
        absent = reverse("appointments:appointment", args=[uuid.uuid4()])
        assert client.get(absent).status_code == 404


def test_appointment_of_anonymous_goes_to_log_in(client, visit):
    assert client.get(address(visit)).url == f"/cuenta/login/?next={address(visit)}"


def test_appointment_is_for_looking(as_, alice, visit):
    assert as_(alice).post(address(visit)).status_code == 405


def test_hold_is_no_appointment(walk, alice):
    walk.to_review(alice)
    held = walk.clinic.appointments.get()
    assert walk.client.get(address(held)).status_code == 404


# What the desk did ----------------------------------------------------------------------


@pytest.fixture
def asking(clinic):
    """A clinic that confirms each visit."""
    clinic.requires_confirmation = True
    clinic.save()
    return clinic


def test_a_request_says_so_from_the_first_page_on(asking, walk, alice):
    assert "El consultorio confirma cada cita." in walk.look("hold").content.decode()
    walk.to_review(alice)
    review = walk.look("review").content.decode()
    assert "Enviar la solicitud" in review
    assert "Confirmar la cita" not in review
    html = walk.client.get(walk.confirm().url).content.decode()
    assert "Solicitud enviada" in html
    assert "hasta el martes 24 de noviembre, 9:00" in html
    assert "Por confirmar" in html
    assert "Su cita está confirmada" not in html
    assert "calendario.ics" not in html
    assert "Sin costo hasta" not in html


def test_a_message_of_the_desk_is_read_here(frozen, as_, alice, visit, dr_chen, slot):
    move_visit(
        appointment=visit, starts_at=slot, minutes=30, actor=dr_chen.user, now=frozen,
        message="Me cambiaron el turno.",
    )  # fmt: skip
    html = as_(alice).get(address(visit)).content.decode()
    assert "Mensaje del consultorio" in html
    assert html.count("Me cambiaron el turno.") == 2
    assert "por el consultorio" in html


def test_moved_by_the_desk_one_is_free_until_it_starts(frozen, as_, alice, visit, dr_chen, slot):
    move_visit(appointment=visit, starts_at=slot, minutes=30, actor=dr_chen.user, now=frozen)
    with time_machine.travel(slot - timedelta(minutes=5), tick=False):
        html = as_(alice).get(address(visit)).content.decode()
        assert "El consultorio cambió la hora de su cita" in html
        assert "Sin costo hasta que empiece" in html
        assert "Reprogramar" in html
        cancel = as_(alice).get(reverse("appointments:cancel", args=[visit.public_id]))
        assert "Cancelar no tiene costo" in cancel.content.decode()
        assert (
            as_(alice).get(reverse("appointments:reschedule", args=[visit.public_id])).status_code
            == 200
        )


@pytest.mark.parametrize(
    ("status", "pill", "sentence"),
    [
        ("declined", "No aceptada", "no puede atenderle a esa hora"),
        ("lapsed", "Sin respuesta", "no respondió a tiempo"),
        ("cancelled_doctor", "Cancelada", "Reservar otra hora"),
    ],
)
def test_what_became_of_it(frozen, as_, alice, visit, status, pill, sentence):
    visit.status, visit.cancelled_at = status, frozen
    visit.save()
    html = as_(alice).get(address(visit)).content.decode()
    assert pill in html
    assert sentence in html
    assert "Reservar otra hora" in html
