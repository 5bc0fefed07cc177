"""A doctor who was never here: from the account to the first time that a patient books."""

import pytest
from playwright.sync_api import expect

from appointments.models import Appointment
from appointments.pickers import iso_week
from doctors.models import Doctor
from tests.factories import PASSWORD, CityFactory, SpecialtyFactory
from tests.journeys.visitor import QUITO, letters_to, next_week

EMAIL = "marta@ejemplo.test"


@pytest.fixture
def country(db):
    """What there is before the first doctor: cities and specialties."""
    CityFactory()
    CityFactory(
        slug="guayaquil", name="Guayaquil", region="Guayas", latitude="-2.19", longitude="-79.88"
    )
    SpecialtyFactory()


def test_new_doctor(visitor, open_browser, country, alice):
    visitor.go("/").follow("Crear su cuenta").look("signup of a doctor")
    visitor.sign_up(EMAIL).title("Le damos la bienvenida, Marta").look("set-up, new")
    visitor.follow("Empezar")
    _say_who(visitor)
    _leave_and_resume(visitor)
    _say_where_and_when(visitor)
    doctor = Doctor.objects.get()
    patient = open_browser(scripts=visitor.scripts, width=visitor.page.viewport_size["width"])
    patient.go(f"/medicos/{doctor.slug}/").title("No encontramos esa página")
    visitor.press("Publicar mi perfil").title("Su perfil")
    visitor.reads("Su perfil está publicado: ya pueden reservar con usted.")
    visitor.look("profile, just published")
    _book(patient, doctor, alice)
    visit = Appointment.objects.get(status="booked")
    assert visit.code in letters_to(EMAIL)[-1].body
    visitor.go(f"/agenda/?vista=dia&fecha={visit.starts_at.astimezone(QUITO).date()}")
    visitor.reads("Alicia Vera")


def _say_who(visitor):
    visitor.title("Sus datos").look("set-up: details").press("Guardar y seguir")
    visitor.look("set-up: details, with errors")
    visitor.choose("Dra.").write(biography="Atiendo con calma.", practising_since="2012")
    visitor.press("Guardar y seguir").title("Especialidades").look("set-up: specialties")
    visitor.press("Guardar y seguir").look("set-up: specialties, with errors")
    visitor.page.get_by_label("Especialidad principal").select_option("Cardiología")
    visitor.press("Guardar y seguir").title("Registro profesional").look("set-up: licence")


def _leave_and_resume(visitor):
    """On another day, in another browser: the next step is where one stopped."""
    visitor.follow("Seguir después").title("Puesta en marcha").reads("2 de 7 listos")
    visitor.look("set-up, left")
    visitor.context.clear_cookies()
    visitor.go("/agenda/").write(login=EMAIL, password=PASSWORD).press("Entrar")
    visitor.title("Agenda").look("agenda before there is a consultorio")
    visitor.follow("Puesta en marcha").follow("Continuar: Registro profesional")
    visitor.press("Guardar y seguir").look("set-up: licence, with errors")
    visitor.write(number="MSP-17-2345").press("Guardar y seguir")


def _say_where_and_when(visitor):
    page = visitor.page
    visitor.title("Agregar un consultorio").look("set-up: consultorio")
    visitor.press("Agregar el consultorio").look("set-up: consultorio, with errors")
    visitor.write(name="La Mariscal", address="Av. Amazonas 123 y Roca")
    visitor.find_city("Guayaq", "Guayaquil").find_city("quito", "Quito")
    visitor.look("set-up: consultorio, city found")
    visitor.press("Agregar el consultorio").title("Horarios").look("set-up: hours")
    visitor.edit(page.get_by_role("button", name="Agregar horario el lunes"))
    expect(page.locator("#dia-1 .week-row")).to_have_count(1)
    page.locator("#dia-1 summary", has_text="Copiar a").click()
    visitor.look("set-up: hours, copying", within="#dia-1 .week-copy")
    visitor.edit(page.get_by_role("button", name="Copiar", exact=True))
    expect(page.locator(".week-row")).to_have_count(5)
    visitor.look("set-up: hours, five days")
    visitor.press("Guardar los horarios").title("Reservas y precio")
    visitor.look("set-up: rules").write(price="mucho").press("Guardar las reglas")
    visitor.look("set-up: rules, with errors").write(price="40")
    visitor.choose("Efectivo").press("Guardar las reglas")
    visitor.title("Así se verá su perfil").reads("Dra. Marta Cueva")
    visitor.look("set-up: preview")


def _book(patient, doctor, alice):
    patient.go(f"/medicos/{doctor.slug}/?semana={iso_week(next_week())}")
    patient.look("profile of a new doctor")
    patient.take(patient.times.first)
    patient.enter(alice.email).press("Revisar la cita").press("Confirmar la cita")
    patient.title("Su cita está confirmada").reads("La Mariscal")
