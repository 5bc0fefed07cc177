"""A control every four weeks: the desk makes it, moves it, and its patient ends it."""

from datetime import timedelta

import pytest

from appointments.models import Appointment, Series
from tests.appointments.serial import WEEK, of_series
from tests.factories import AppointmentFactory
from tests.journeys.visitor import letters_to


@pytest.fixture
def doctor(visitor, dr_chen, clinic):
    return visitor.go("/agenda/").enter(dr_chen.user.email).title("Agenda")


@pytest.fixture
def patient(open_browser, visitor, alice):
    """In a browser like the doctor's."""
    hers = open_browser(scripts=visitor.scripts, width=visitor.page.viewport_size["width"])
    return hers.go("/mis-citas/").enter(alice.email).title("Mis citas")


def test_a_series_from_end_to_end(doctor, patient, visit, clinic, alice):
    AppointmentFactory(clinic=clinic, starts_at=visit.starts_at + 8 * WEEK)
    doctor.go(f"/agenda/citas/{visit.public_id}/").follow("Repetir esta cita cada cierto tiempo")
    _make(doctor, visit, alice)
    visits = of_series(Series.objects.get())
    _move(doctor, visits)
    _cancel(doctor, visits)
    _end(patient, visits)


def last_subject(account):
    return letters_to(account.email)[-1].subject


def _make(doctor, visit, alice):
    doctor.title("Repetir la cita").look("repeating a visit")
    doctor.write(cada="4", veces="5").press("Ver las fechas")
    doctor.reads("1 fecha no está libre")
    doctor.look("dates of a series").press("Reservar la serie")
    doctor.reads("No se guardó nada")
    doctor.look("dates of a series, refused")
    assert not Series.objects.exists()
    doctor.page.locator("main [name=fecha_2]").first.check()
    doctor.page.locator("main [name=fecha_4]").check()
    doctor.press("Reservar la serie").title("Alicia Vera")
    doctor.reads("Reservamos 3 citas más. Le escribimos al paciente.")
    doctor.reads("Cita 1 de 4 de una serie")
    doctor.look("a visit of a series, at the desk")
    assert last_subject(alice).startswith("3 citas confirmadas desde el ")


def _move(doctor, visits):
    before = visits[1].starts_at
    doctor.go(f"/agenda/citas/{visits[1].public_id}/").follow("Mover esta y las siguientes")
    doctor.title("Mover esta cita y las siguientes").look("moving a series")
    doctor.write(hora="15:00").press("Ver las fechas").reads("Todas las fechas están libres.")
    doctor.look("moving a series, its dates").write(message="Por la tarde, por favor.")
    doctor.press("Mover las citas").reads("3 citas tienen una nueva hora.")
    visits[1].refresh_from_db()
    assert visits[1].starts_at == before + timedelta(hours=5)


def _cancel(doctor, visits):
    doctor.go(f"/agenda/citas/{visits[3].public_id}/").follow("Cancelar esta y las siguientes")
    doctor.title("¿Cancelar esta cita y las siguientes?").look("cancelling a series")
    doctor.press("Sí, cancelar las elegidas").reads("1 cita está cancelada.")


def _end(patient, visits):
    patient.go(f"/citas/{visits[1].public_id}/").reads("Cita 2 de 4 de una serie")
    patient.reads("Por la tarde, por favor.")
    patient.look("a visit of a series").follow("Cancelar esta y las siguientes")
    patient.title("¿Cancelar esta cita y las siguientes?").look("a patient cancels a series")
    patient.press("Sí, cancelar las elegidas").reads("2 citas están canceladas.")
    states = Appointment.objects.filter(in_series__isnull=False).order_by("in_series__number")
    assert [one.status for one in states] == [
        "booked", "cancelled_patient", "cancelled_patient", "cancelled_doctor",
    ]  # fmt: skip
