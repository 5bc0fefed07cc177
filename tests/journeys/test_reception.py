"""A doctor takes on an assistant: from the invitation to the last day, with what she never sees."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import AppointmentFactory, ClinicFactory
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.visitor import QUITO, at, letters_to, next_week

EMAIL = "carla@ejemplo.test"
WHY = "palpitaciones"
DOCTORS_OWN = (
    "/empezar/",
    "/equipo/",
    "/perfil/",
    "/consultorios/",
    "/consultorios/nuevo/",
    "/consultorios/traslados/",
    "/agenda/bloqueos/nuevo/",
    "/agenda/espacios/nuevo/",
)


@pytest.fixture
def elsewhere(visit):
    """The same patient in another consultorio of the same doctor."""
    other = ClinicFactory(doctor=visit.doctor, name="Cumbayá")
    return AppointmentFactory(
        clinic=other,
        patient=visit.patient,
        starts_at=visit.starts_at.replace(hour=18),
        ends_at=visit.starts_at.replace(hour=18, minute=30),
    )


@pytest.mark.parametrize(
    ("scripts", "width"), [(True, WIDE), (False, NARROW)], ids=["scripts", "plain"]
)
def test_reception(open_browser, visit, elsewhere, dr_chen, scripts, width):
    visit.reason = WHY
    visit.save(update_fields=["reason_sealed"])
    doctor = open_browser(scripts=scripts, width=width)
    _invite(doctor, dr_chen)
    carla = open_browser(scripts=scripts, width=width)
    _join(carla)
    _work(carla, visit, elsewhere)
    doctor.go("/equipo/").follow("Carla Jiménez").title("Carla Jiménez").look("assistant")
    doctor.follow("Quitar el acceso").look("end of an access")
    doctor.press("Sí, quitar el acceso").reads("¿Alguien le ayuda con la agenda?")
    doctor.look("team without anybody")
    carla.go("/agenda/").title("No encontramos esa página")


def _invite(doctor, dr_chen):
    doctor.go("/equipo/").enter(dr_chen.user.email).title("Equipo")
    doctor.follow("Invitar a alguien").look("invite")
    doctor.press("Enviar la invitación").look("invite, with errors")
    doctor.write(name="Carla Jiménez", email=EMAIL)
    doctor.page.get_by_label("La Carolina").check()
    doctor.press("Enviar la invitación").title("Equipo").look("team")
    doctor.reads("Invitación enviada")


def _join(carla):
    (letter,) = letters_to(EMAIL)
    path = re.search(r"/invitacion/\S+", letter.body)[0]
    carla.go(path).title("Le invitaron a una agenda").look("invitation")
    carla.follow("Crear mi cuenta")
    carla.page.get_by_label("Trabajo en un consultorio").check()
    carla.sign_up(EMAIL)
    carla.title("Dra. Ana Molina Paz le invita a su agenda").look("invitation of an assistant")
    carla.reads("La Carolina")
    carla.press("Aceptar la invitación").title("Agenda").look("agenda of an assistant")


def _work(carla, visit, elsewhere):
    """What belongs to La Carolina, without why; of Cumbayá and the doctor's own pages nothing."""
    carla.go(f"/agenda/citas/{visit.public_id}/").reads(visit.patient.full_name)
    carla.look("visit of an assistant")
    expect(carla.page.locator("body")).not_to_contain_text(WHY)
    expect(carla.page.locator("body")).not_to_contain_text(elsewhere.code)
    carla.go(f"/agenda/?vista=dia&fecha={local_day(visit)}").reads("Ocupado")
    carla.look("day of an assistant")
    expect(carla.page.locator("body")).not_to_contain_text(elsewhere.clinic.name)
    for act in ("Bloquear un tiempo", "Agregar espacios", "Consultorios"):
        expect(carla.page.locator("main")).not_to_contain_text(act)
    for address in (f"/agenda/citas/{elsewhere.public_id}/", *DOCTORS_OWN):
        carla.go(address).title("No encontramos esa página")


def local_day(visit):
    return visit.starts_at.astimezone(QUITO).date()


@pytest.mark.parametrize(
    ("scripts", "width"), [(True, WIDE), (False, NARROW)], ids=["scripts", "plain"]
)
def test_reception_acts(open_browser, visit, carla, alice, dr_chen, scripts, width):
    """What she does is told to the patient and to the doctor, with her name on it."""
    desk = open_browser(scripts=scripts, width=width)
    desk.go(f"/agenda/citas/{visit.public_id}/reprogramar/").enter(carla.email)
    desk.title("Reprogramar la cita").look("moving a visit, by reception")
    desk.write(day=next_week().isoformat(), clock="12:30").press("Mover la cita")
    desk.reads("La cita tiene una nueva hora.")
    visit.refresh_from_db()
    assert visit.starts_at == at(next_week(), 12, 30)
    for address in (alice.email, dr_chen.user.email):
        assert "reprogramada" in letters_to(address)[-1].subject.lower()
    _book_again(desk)
    desk.press("Sí, cancelar la cita").reads("La cita está cancelada y la hora, libre.")
    for address in (alice.email, dr_chen.user.email):
        assert "cancelada" in letters_to(address)[-1].subject.lower()
    doctor = open_browser(scripts=scripts, width=width)
    doctor.go(f"/agenda/citas/{visit.public_id}/").enter(dr_chen.user.email)
    doctor.reads("Reprogramada · Luis Andrade, recepción")


def _book_again(desk):
    """For a patient of this consultorio, without room for a reason; and away again."""
    desk.go("/agenda/nueva/").title("Nueva cita").look("booking, by reception")
    assert desk.page.locator("[name=reason]").count() == 0
    desk.write(search="vera").press("Buscar")
    desk.page.get_by_label("Alicia Vera").check()
    desk.write(day=next_week().isoformat(), clock="15:00").press("Reservar la cita")
    desk.title("Alicia Vera").reads("Reservamos la cita. Le escribimos al paciente.")
    desk.follow("Cancelar")
