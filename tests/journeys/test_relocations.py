"""«Hoy no puedo atender»: patients choose another time with one tap, the doctor sees it at once."""

import pytest
from playwright.sync_api import expect

from appointments.models import Appointment, Relocation
from tests.factories import AppointmentFactory
from tests.journeys.visitor import QUITO, letters_to


@pytest.fixture
def doctor(visitor, dr_chen, clinic):
    return visitor.go("/agenda/").enter(dr_chen.user.email).title("Agenda")


@pytest.fixture
def patient(open_browser, visitor, alice, visit):
    hers = open_browser(scripts=visitor.scripts, width=visitor.page.viewport_size["width"])
    return hers.go(f"/citas/{visit.public_id}/").enter(alice.email).title("Su cita")


def test_absence_in_one_act(doctor, patient, clinic, visit, bob, alice):
    other = AppointmentFactory(
        clinic=clinic, patient=bob.patients.get(), starts_at=visit.ends_at, status="booked"
    )
    day = f"{visit.starts_at.astimezone(QUITO):%Y-%m-%d}"
    doctor.go("/agenda/bloqueos/nuevo/?hoy=1").look("blocking today")
    doctor.write(since=day, opens="0:00", until=day, closes="24:00").press("Bloquear")
    doctor.title("Este cambio toca 2 citas").press("Que cada paciente elija")
    doctor.look("asking each patient").write(**{"settle-message": "Estoy enferma, disculpe."})
    doctor.press("Guardar el cambio y avisar").title("Respuestas de pacientes")
    doctor.reads("2 sin respuesta")
    doctor.look("answers that are waited for")
    patient.go(f"/citas/{visit.public_id}/").reads("El consultorio no puede atenderle a esa hora")
    patient.reads("Estoy enferma, disculpe.")
    patient.look("visit that is asked about").follow("Elegir otra hora").title("Elija otra hora")
    patient.look("choosing another time")
    first = visit.relocations.get().times.order_by("starts_at").first().starts_at
    with patient.turning():
        patient.page.locator("main button[name=hora]").first.click()
    patient.reads("Gracias: el consultorio ya sabe su respuesta.")
    visit.refresh_from_db()
    assert visit.starts_at == first
    if doctor.scripts:
        # It comes by itself.
        expect(doctor.page.get_by_text("Eligió otra hora")).to_be_visible()
    doctor.go("/agenda/respuestas/").reads("1 sin respuesta")
    doctor.look("answers, some of them there")
    _link_of_the_letter(patient, other, bob)


def _link_of_the_letter(browser, visit, account):
    """Whoever follows the letter needs not log in."""
    letter = next(one for one in letters_to(account.email) if "Elija otra hora" in one.subject)
    link = next(word for word in letter.body.split() if "/elegir-hora/" in word)
    browser.go(link.partition("/enlace/")[1] + link.partition("/enlace/")[2])
    browser.title("Elija otra hora").look("choosing by the link of a letter")
    with browser.turning():
        browser.page.locator("main button[value=ninguna]").click()
    browser.title("Su cita está cancelada").look("given up by the link of a letter")
    assert Appointment.objects.get(pk=visit.pk).status == "cancelled_patient"
    assert Relocation.objects.filter(end="").count() == 0


def test_answers_of_nobody(doctor):
    doctor.go("/agenda/respuestas/").reads("No ha preguntado a nadie")
    doctor.look("answers of nobody")
