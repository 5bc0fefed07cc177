"""A doctor looks at how full the consultorios are, and follows a suggestion into the hours."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import HoursVersion
from clinics.models import Clinic, OpeningHours
from tests.factories import AppointmentFactory, ClinicFactory, PaymentLineFactory


@pytest.fixture
def doctor(visitor, dr_chen, clinic):
    return visitor.go("/agenda/").enter(dr_chen.user.email).title("Agenda")


@pytest.fixture
def history(clinic):
    """Two months in which hardly anybody came, to two consultorios."""
    ClinicFactory(doctor=clinic.doctor, name="Cumbayá", hours=[(6, 540, 720)])
    Clinic.objects.update(created_at=timezone.now() - timedelta(days=90))
    HoursVersion.objects.all().delete()
    noon = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0)
    for days in range(1, 60, 3):
        status = "no_show" if days % 4 == 0 else "attended"
        visit = AppointmentFactory(
            clinic=clinic, starts_at=noon - timedelta(days=days), status=status
        )
        if status == "attended":
            PaymentLineFactory(appointment=visit)
    return clinic


def test_occupancy_and_its_suggestion(doctor, history):
    doctor.follow("Ocupación").title("Ocupación").reads("Qué conviene hacer")
    doctor.reads("Por consultorio")
    doctor.look("occupancy of a month").follow("Semana").reads("Por día")
    doctor.look("occupancy of a week")
    doctor.follow("Día").look("occupancy of a day")
    since = timezone.now().date() - timedelta(days=89)
    doctor.go(f"/ocupacion/?desde={since}&hasta={timezone.now().date()}").reads("Por semana")
    doctor.look("occupancy of weeks")
    doctor.page.locator(".occupancy-advice a").first.click()
    doctor.title("La Carolina: Horarios").reads("Este es un horario propuesto")
    doctor.look("hours as proposed")
    assert OpeningHours.objects.filter(clinic=history).count() == 7


def test_occupancy_with_nothing_to_count(doctor):
    doctor.go("/ocupacion/?fecha=2001-05-01").reads("No hay nada que contar en esas fechas")
    doctor.look("occupancy of nothing")
    doctor.go("/ocupacion/?desde=2030-01-01&hasta=2020-01-01")
    doctor.reads("La fecha final no puede ser anterior a la inicial.")
    doctor.look("occupancy, errors")
