"""A doctor takes on an assistant: from the invitation to the last day, with what she never sees."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import AppointmentFactory, ClinicFactory
from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.visitor import letters_to

EMAIL = "carla@ejemplo.test"
WHY = "palpitaciones"


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
    for address in (f"/agenda/citas/{elsewhere.public_id}/", "/equipo/", "/empezar/"):
        carla.go(address).title("No encontramos esa página")
