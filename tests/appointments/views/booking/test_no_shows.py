"""What the pages say to somebody whose consultorio has a rule about missed visits: never why."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import Appointment
from clinics.models import Clinic
from tests.appointments.walking import hidden
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
BLAME = ("inasistencia", "faltó", "no asistió")


@pytest.fixture
def rule(frozen, clinic, alice):
    """`rule("phone")`: after one missed visit, which Alicia has."""
    AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), status="no_show",
        starts_at=frozen - timedelta(days=20),
    )  # fmt: skip

    def make(name, phone="+59322345678"):
        Clinic.objects.update(no_show_rule=name, no_show_limit=1, phone=phone)

    return make


def text(answer):
    html = answer.content.decode()
    assert not [word for word in BLAME if word in html.lower()]
    return html


def test_booking_is_a_request(rule, walk, alice):
    rule("ask")
    html = text(walk.to_review(alice).look("review"))
    assert "Enviar la solicitud" in html
    assert "El consultorio confirma esta cita." in html
    answer = walk.confirm({name: hidden(html, name) for name in ("key", "terms", "patient")})
    visit = Appointment.objects.standing().get()
    assert (answer.url, visit.status) == (f"/citas/{visit.public_id}/", "requested")


def test_booking_is_paid_beforehand(rule, walk, alice):
    rule("prepay")
    html = text(walk.to_review(alice).look("review"))
    assert "Este consultorio pide pagar esta cita antes de la consulta." in html
    assert "Enviar la solicitud" in html
    answer = walk.confirm()
    visit = Appointment.objects.standing().get()
    assert (visit.status, visit.payment_time) == ("requested", "before")
    assert "Antes de la consulta" in text(walk.client.get(answer.url))


def test_rule_that_comes_meanwhile_is_shown_first(rule, walk, alice):
    walk.to_review(alice)
    form = walk.form()
    rule("ask")
    answer = walk.confirm(form)
    assert answer.status_code == 409
    assert "Enviar la solicitud" in text(answer)


def test_booking_by_phone(rule, walk, alice):
    rule("phone")
    walk.to_review(alice)
    for answer in (walk.look("review"), walk.confirm({"key": "x"})):
        assert answer.status_code in (409, 422)
    html = text(walk.look("review"))
    assert "Esta cita se pide por teléfono" in html
    assert "Para esta cita llame al consultorio, +593 2-234-5678" in html
    assert 'href="tel:+593-2-234-5678"' in html
    assert not Appointment.objects.standing().exists()


def test_booking_by_phone_that_comes_meanwhile(rule, walk, alice):
    walk.to_review(alice)
    form = walk.form()
    rule("phone", phone="")
    answer = walk.confirm(form)
    assert answer.status_code == 409
    assert "comuníquese con el consultorio" in text(answer)


def test_others_see_nothing_of_it(rule, walk, bob):
    rule("phone")
    html = text(walk.to_review(bob).look("review"))
    assert "Confirmar la cita" in html


@pytest.mark.parametrize(("name", "moves"), [("ask", True), ("phone", False)])
def test_another_time(rule, as_, alice, visit, slot, name, moves):
    rule(name)
    page = reverse("appointments:appointment", args=[visit.public_id])
    move = reverse("appointments:move", args=[visit.public_id, slot])
    html = as_(alice).get(page).content.decode()
    assert ("Reprogramar" in html) is moves
    assert ("Para cambiar la hora de su cita, llame al consultorio." in html) is not moves
    assert "Cancelar la cita" in html
    if moves:
        assert "El consultorio confirmará la nueva hora." in as_(alice).get(move).content.decode()
        as_(alice).post(move)
    else:
        assert as_(alice).get(move).url == page
        assert as_(alice).post(move).status_code == 409
    visit.refresh_from_db()
    assert visit.status == ("requested" if moves else "booked")


@pytest.mark.parametrize(
    ("status", "words"),
    [("attended", "El consultorio registró que asistió."),
     ("no_show", "El consultorio registró que no pudo asistir a esta cita.")],
)  # fmt: skip
def test_patient_reads_what_was_recorded(frozen, as_, alice, clinic, status, words):
    over = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), status=status,
        starts_at=frozen - timedelta(hours=3),
    )  # fmt: skip
    client = as_(alice)
    html = client.get(reverse("appointments:appointment", args=[over.public_id])).content.decode()
    assert words in html
    assert "Reservar otra hora" in html
    for gone in ("Cancelar la cita", "Reprogramar", "Asistiré"):
        assert gone not in html
    for page in ("cancel", "attend"):
        client.post(reverse(f"appointments:{page}", args=[over.public_id]))
    over.refresh_from_db()
    assert over.status == status
