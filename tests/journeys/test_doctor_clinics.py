"""A second consultorio, and the way between the two."""

from decimal import Decimal

import pytest
from django.utils import timezone

from appointments.pickers import iso_week
from appointments.services.booking import book_appointment
from clinics.models import Clinic, TravelTime
from tests.appointments.wishes import wish_of
from tests.factories import CityFactory
from tests.journeys.visitor import at, next_week


@pytest.fixture
def doctor(visitor, dr_chen, clinic):
    CityFactory(slug="manta", name="Manta", region="Manabí",
                latitude=Decimal("-0.94937"), longitude=Decimal("-80.73137"))  # fmt: skip
    return visitor.go("/consultorios/").enter(dr_chen.user.email).title("Consultorios")


def test_second_consultorio_and_the_way_to_it(doctor, open_browser, clinic, alice):
    day = next_week()
    book_appointment(request=wish_of(alice, clinic, at(day, 12)), now=timezone.now())
    doctor.go("/consultorios/traslados/").reads("Tiene un solo consultorio")
    doctor.look("travel, one consultorio")
    second = _add(doctor)
    _open_hours(doctor, second, day)
    patient = open_browser(scripts=doctor.scripts)
    week = f"/medicos/ana-molina-paz/horarios/?semana={iso_week(day)}"
    patient.go(f"{week}&consultorio={second.public_id}").look("times of a second consultorio")
    offered = [patient.time_at(at(day, hour)).count() for hour in (10, 11, 12, 13, 14)]
    # The visit at noon is elsewhere, but the doctor is one.
    assert offered == [1, 1, 0, 1, 1]
    _say_how_far(doctor, clinic, second)
    patient.go(f"{week}&consultorio={second.public_id}")
    offered = [patient.time_at(at(day, hour)).count() for hour in (10, 11, 12, 13, 14)]
    assert offered == [1, 0, 0, 0, 1]
    _ask_why(doctor, second, day)


def _add(doctor):
    """With a point that is typed, in another city."""
    doctor.go("/consultorios/").follow("Agregar un consultorio")
    doctor.write(name="Tarqui", address="Calle 110", latitude="-9,9", longitude="-80.70")
    doctor.find_city("mant", "Manta")
    doctor.write(latitude="-9,9", longitude="-80.70").press("Agregar el consultorio")
    doctor.reads("El punto está a")
    doctor.look("new consultorio, point too far away")
    doctor.write(latitude="-0,955").press("Agregar el consultorio").title("Tarqui: Horarios")
    second = Clinic.objects.get(name="Tarqui")
    assert (second.latitude, second.longitude) == (Decimal("-0.955"), Decimal("-80.7"))
    assert second.zone == "America/Guayaquil"
    return second


def _open_hours(doctor, second, day):
    weekday = doctor.page.locator(f"#dia-{day.isoweekday()}")
    doctor.edit(weekday.get_by_role("button", name="Agregar horario"))
    doctor.write(opens_0="10", closes_0="15").press("Guardar los horarios")
    doctor.reads("Guardamos los horarios.")
    doctor.go("/consultorios/").reads("Tarqui")
    doctor.look("two consultorios")


def _say_how_far(doctor, clinic, second):
    doctor.follow("Escriba cuánto tarda de uno a otro").title("Traslados").look("travel, two")
    label = f"{clinic.name} – {second.name}"
    doctor.page.get_by_label(label).fill("mucho")
    doctor.press("Guardar los traslados").look("travel, with errors")
    doctor.page.get_by_label(label).fill("90")
    doctor.press("Guardar los traslados").reads("Guardamos los traslados.")
    assert TravelTime.objects.get().minutes == 90


def _ask_why(doctor, second, day):
    doctor.go(f"/agenda/por-que/?consultorio={second.public_id}&fecha={day}&hora=13:00")
    doctor.reads("No se ofrece a los pacientes")
    doctor.look("why, too far away").follow("Cambiar los traslados").title("Traslados")
