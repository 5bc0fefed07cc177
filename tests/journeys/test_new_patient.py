"""Somebody who was never here finds a time, makes an account and has a visit."""

import re

from appointments.models import Appointment
from tests.journeys.visitor import letters_to

EMAIL = "marta@ejemplo.test"


def test_new_patient_books(anyhow, town):
    visitor = anyhow
    visitor.go("/").look("home")
    visitor.write(q="corazón", lugar="Quito")
    visitor.press("Buscar").title("Cardiología en Quito").look("results")
    time = visitor.take(visitor.times.nth(2))
    visitor.title("Entrar").reads("Le guardamos la hora hasta las")
    visitor.look("login with a held time").follow("Crear cuenta").look("signup")
    visitor.sign_up(EMAIL)
    assert visitor.page.url.endswith(f"{time}datos/")
    _tell(visitor)
    visitor.title("Revise su cita").look("review")
    visitor.press("Confirmar la cita").title("Su cita está confirmada").look("confirmation")
    visit = Appointment.objects.get(status="booked")
    assert time.endswith(f"/{visit.starts_at:%Y%m%dT%H%M%SZ}/")
    assert (visit.patient.full_name, visit.reason) == ("Marta Cueva", "palpitaciones")
    visitor.reads(visit.code)
    _letters_came(visit)
    _calendar_comes(visitor, visit)


def _tell(visitor):
    visitor.title("Sus datos para la cita").look("details")
    visitor.write(own_birth_date_0="14", own_birth_date_1="2", own_birth_date_2="1990")
    visitor.write(phone="099 123 4567", reason="palpitaciones")
    visitor.page.locator("[name=accepts]").check()
    visitor.press("Revisar la cita")


def _letters_came(visit):
    to_patient = letters_to(EMAIL)[-1]
    (to_doctor,) = letters_to(visit.doctor.user.email)
    assert to_patient.subject.startswith("Cita confirmada: ")
    for letter in (to_patient, to_doctor):
        assert visit.code in letter.body
        assert "palpitaciones" not in letter.body + letter.alternatives[0].content


def _calendar_comes(visitor, visit):
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Agregar al calendario").click()
    assert download.value.suggested_filename == f"cita-{visit.code}.ics"
    text = download.value.path().read_text()
    assert re.search(r"DTSTART;TZID=America/Guayaquil:\d{8}T\d{6}", text)
    assert visit.code in text
