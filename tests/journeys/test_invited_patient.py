"""Somebody who only telephoned: from the desk's agenda to an account of their own."""

import re

from appointments.models import Appointment
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.visitor import letters_to, next_week

EMAIL = "marta@ejemplo.test"


def test_invited_patient(open_browser, clinic, dr_chen):
    desk, patient = open_browser(), open_browser(scripts=False, width=NARROW)
    _book(desk, dr_chen)
    visit = Appointment.objects.get()
    assert (visit.patient.full_name, visit.reason) == ("Marta Cueva", "control")
    _accept(patient, _link())
    _move(desk, visit)
    patient.go(f"/citas/{visit.public_id}/").reads("El consultorio cambió la hora de su cita")
    patient.reads("Me cambiaron el turno.")
    patient.follow("Cancelar la cita").press("Sí, cancelar la cita").reads("cancelada")
    assert "canceló" in letters_to(dr_chen.user.email)[-1].body


def test_outside_hours(open_browser, visit, dr_chen):
    """Without scripts, on a phone: a warning first, and nothing typed is lost."""
    desk = open_browser(scripts=False, width=NARROW).go(f"/agenda/citas/{visit.public_id}/")
    desk.enter(dr_chen.user.email).follow("Reprogramar").title("Reprogramar la cita")
    desk.write(clock="6:30", message="Muy temprano, lo siento.").press("Mover la cita")
    desk.look("warning").reads("Está fuera del horario de atención.")
    desk.press("Mover fuera de horario").reads("La cita tiene una nueva hora.")
    desk.reads("Fuera de horario")
    desk.reads("Muy temprano, lo siento.")


def _book(desk, dr_chen):
    desk.go("/agenda/nueva/").enter(dr_chen.user.email).title("Nueva cita").look("new visit")
    desk.page.get_by_text("Un paciente nuevo").click()
    desk.press("Reservar la cita").look("new visit with errors")
    desk.write(first_names="Marta", last_names="Cueva", email=EMAIL, reason="control")
    desk.page.locator("[name=day]").fill(f"{next_week():%Y-%m-%d}")
    desk.press("Ver las de ese día")
    with desk.turning():
        desk.page.locator("[name=pick]").nth(3).click()
    desk.press("Reservar la cita").title("Marta Cueva")
    desk.reads("Reservamos la cita. Le escribimos al paciente.")


def _link():
    (letter,) = letters_to(EMAIL)
    assert letter.subject.startswith("Cita confirmada: ")
    assert "control" not in letter.body
    return re.search(r"/invitacion/\S+", letter.body)[0]


def _accept(patient, link):
    patient.go(link).title("Vea y cambie su cita en línea").look("invitation of a patient")
    patient.follow("Crear mi cuenta").sign_up(EMAIL)
    patient.title("Agregue esta cita a su cuenta").look("claim")
    patient.reads("a nombre de Marta Cueva")
    patient.press("Agregar a mi cuenta").look("claim with errors")
    patient.page.get_by_text("Para mí: Marta Cueva").click()
    patient.page.locator("[name=accepts]").check()
    patient.press("Agregar a mi cuenta").title("Mis citas").reads("Dra. Ana Molina Paz")
    patient.go(link).title("Mis citas")


def _move(desk, visit):
    desk.go(f"/agenda/citas/{visit.public_id}/reprogramar/").title("Reprogramar la cita")
    desk.look("reschedule of the desk")
    with desk.turning():
        desk.page.locator("[name=pick]").nth(9).click()
    desk.write(message="Me cambiaron el turno.").press("Mover la cita")
    desk.reads("La cita tiene una nueva hora.")
    assert letters_to(EMAIL)[-1].subject.startswith("Cita reprogramada: ")


def test_request(open_browser, clinic, alice, dr_chen):
    """Where each visit is confirmed: asked by a patient, accepted by the doctor."""
    clinic.requires_confirmation = True
    clinic.save()
    patient, desk = open_browser(width=NARROW), open_browser(width=WIDE)
    patient.open_profile().take(patient.times.first)
    patient.enter(alice.email).write(phone="099 123 4567").press("Revisar la cita")
    patient.look("review of a request").press("Enviar la solicitud").title("Solicitud enviada")
    patient.look("request")
    visit = Appointment.objects.get(status="requested")
    assert letters_to(dr_chen.user.email)[-1].subject.startswith("Nueva solicitud: ")
    desk.go(f"/agenda/citas/{visit.public_id}/responder/").enter(dr_chen.user.email)
    desk.title("¿Acepta esta solicitud?").look("answer").press("Aceptar la cita")
    desk.reads("La cita está confirmada.")
    patient.go(f"/citas/{visit.public_id}/").reads("Confirmada")
    assert letters_to(alice.email)[-1].subject.startswith("Cita confirmada: ")


def test_blocks_and_openings(open_browser, clinic, dr_chen):
    desk = open_browser().go("/agenda/bloqueos/nuevo/").enter(dr_chen.user.email)
    desk.title("Bloquear un tiempo").look("block")
    day = f"{next_week():%Y-%m-%d}"
    desk.write(since=day, opens="9:00", until=day, closes="12:00", note="Congreso")
    desk.press("Bloquear").reads("Bloqueamos ese tiempo.")
    desk.go("/agenda/bloqueos/nuevo/").look("block with a list").follow("Quitar")
    desk.title("¿Quitar este bloqueo?").look("unblock").press("Quitar el bloqueo")
    desk.reads("Quitamos el bloqueo")
    desk.go("/agenda/espacios/nuevo/").title("Agregar espacios").look("opening")
    desk.write(day=day, opens="18:00", closes="19:00").press("Abrir ese tiempo")
    desk.reads("Ya se pueden reservar 2 horas: 18:00, 18:30.")
