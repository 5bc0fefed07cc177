"""The day of a visit: the patient is there, the desk sees it, calls, and the screen shows it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments.enums import SaidBy
from appointments.models import Appointment, VisitDay
from appointments.rooms import screen_url
from appointments.services.days import check_in, start_consultation
from appointments.services.screens import make_screen
from notifications.links import token_of
from tests.factories import AppointmentFactory, MessageFactory, PatientFactory

MINUTE = timedelta(minutes=1)


@pytest.fixture
def noon(clinic):
    """It is about noon at the consultorio, whenever a test runs: its day is the same all along."""
    hours = timezone.now().hour - 12
    clinic.zone = f"Etc/GMT{hours:+d}"
    clinic.save()
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def due(clinic, alice, noon):
    """Alicia's visit in ten minutes."""
    patient = alice.patients.get()
    return AppointmentFactory(clinic=clinic, patient=patient, starts_at=noon + 10 * MINUTE)


@pytest.fixture
def before(clinic, noon, dr_chen):
    """Somebody went in ten minutes late, five minutes ago."""
    names = {"first_names": "Carmen", "last_names": "Ruiz"}
    visit = AppointmentFactory(
        clinic=clinic, patient=PatientFactory(**names), starts_at=noon - 20 * MINUTE
    )
    check_in(appointment=visit, said_by=SaidBy.DESK, actor=dr_chen.user, now=noon - 15 * MINUTE)
    start_consultation(appointment=visit, actor=dr_chen.user, now=noon - 5 * MINUTE)
    return visit


@pytest.fixture
def screen(clinic, dr_chen, noon, live_server):
    """The path of the waiting room's screen."""
    made = make_screen(clinic=clinic, actor=dr_chen.user, now=noon)
    return "/" + screen_url(made).split("/", 3)[3]


def test_patient_says_here_and_everybody_sees_it(open_browser, due, before, screen, alice, dr_chen):
    """Nobody reloads anything."""
    desk = open_browser().go("/agenda/sala/").enter(dr_chen.user.email).title("Sala de espera")
    desk.look("waiting room at the desk")
    wall = open_browser().go(screen).title("La Carolina").look("screen")
    patient = open_browser(width=360).go(f"/citas/{due.public_id}/").enter(alice.email)
    patient.reads("Su cita es hoy")
    patient.look("visit on its day").press("Voy en camino")
    expect(desk.page.locator("main")).to_contain_text("En camino, lo dijo a las")
    patient.press("Ya llegué").reads("Es la siguiente persona")
    patient.look("visit in the waiting room")
    code = VisitDay.objects.get(appointment=due).code
    expect(desk.page.locator(".is-waiting")).to_contain_text("Alicia Vera")
    expect(desk.page.locator("#live")).to_contain_text("Está en la sala: Alicia Vera")
    expect(wall.page.locator(".screen-waiting")).to_contain_text(code)
    desk.look("waiting room with somebody").press("Pasa a consulta Alicia Vera")
    desk.reads("Pasó a consulta.")
    expect(wall.page.locator(".screen-inside")).to_contain_text(code)
    wall.look("screen that calls")
    expect(patient.page.locator("#sala-viva")).to_contain_text("Es su turno", timeout=20_000)
    desk.press("Terminó Alicia Vera").reads("Terminó la consulta.")
    expect(wall.page.locator(".screen-inside")).to_contain_text("Nadie por ahora")
    assert Appointment.objects.get(pk=due.pk).status == "attended"
    assert "Vera" not in wall.page.content()


def test_desk_goes_step_by_step(visitor, due, before, dr_chen):
    """With scripts and without."""
    visitor.go("/agenda/sala/").enter(dr_chen.user.email).title("Sala de espera")
    visitor.reads("La consulta va")
    visitor.press("Llegó Alicia Vera").reads("Registramos que llegó.")
    visitor.press("Deshacer Alicia Vera").reads("Deshicimos el último paso.")
    visitor.press("Llegó Alicia Vera").press("Pasa a consulta Alicia Vera")
    visitor.press("Terminó Alicia Vera").reads("Terminó la consulta.")
    visitor.look("waiting room, all done")
    visitor.go(f"/agenda/citas/{due.public_id}/").title("Alicia Vera").reads("Terminada · Turno")
    visitor.look("visit that is done")


def test_delay_is_told(visitor, due, dr_chen):
    visitor.go("/agenda/sala/").enter(dr_chen.user.email)
    visitor.write(minutes="25").press("Avisar del retraso").reads("Avisamos a 1 persona.")
    visitor.reads("se avisó un retraso de 25 minutos")
    visitor.look("waiting room after a delay was told")


def test_patient_without_scripts(open_browser, due, alice):
    patient = open_browser(scripts=False, width=360)
    patient.go(f"/citas/{due.public_id}/").enter(alice.email).press("Ya llegué")
    patient.reads("Está en la sala de espera")
    patient.press("Me equivoqué")
    patient.reads("Listo: lo deshicimos.")
    patient.go(f"/citas/{due.public_id}/hoy/").title("Su cita de hoy").look("day of the visit")


def test_patient_without_an_account(visitor, clinic, noon):
    rosa = PatientFactory(account=None, first_names="Rosa", email="rosa@ejemplo.test")
    visit = AppointmentFactory(
        clinic=clinic, patient=rosa, booked_by=clinic.doctor.user, starts_at=noon + 20 * MINUTE
    )
    message = MessageFactory(
        visit=visit, kind="reminder_2h", recipient=None, address="rosa@ejemplo.test"
    )
    visitor.go(f"/enlace/{token_of(message)}/hoy/").title("El día de su cita")
    visitor.look("day behind a link").press("Ya llegué").reads("Está en la sala de espera")
    visitor.look("day behind a link, there")


def test_screen_without_scripts(open_browser, before, screen):
    wall = open_browser(scripts=False, width=1280).go(screen).title("La Carolina")
    wall.reads(VisitDay.objects.get().code)


def test_screen_says_that_it_is_cut_off_and_comes_back(open_browser, before, screen):
    wall = open_browser().go(screen).title("La Carolina")
    wall.context.set_offline(True)
    expect(wall.page.locator("[data-db-offline]")).to_contain_text(
        "Sin conexión desde las", timeout=40_000
    )
    wall.context.set_offline(False)
    expect(wall.page.locator("[data-db-offline]")).to_be_hidden()


def test_doctor_makes_the_screen(visitor, clinic, dr_chen):
    visitor.go(f"/consultorios/{clinic.public_id}/pantalla/").enter(dr_chen.user.email)
    visitor.look("screen not made yet").press("Crear la pantalla").reads("La pantalla está lista.")
    visitor.look("screen made").press("Apagar la pantalla").reads("su dirección ya no funciona")
