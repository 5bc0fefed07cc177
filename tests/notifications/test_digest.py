"""The morning's letter counts what nobody has answered, and names nobody of it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from clinics.models import Assistant
from notifications.enums import Audience
from notifications.letters import letter_of
from notifications.models import Message
from notifications.readers import account_reader
from tests.factories import AppointmentFactory, ClinicFactory, PatientFactory
from tests.notifications.decisions import MORNING, digest

pytestmark = pytest.mark.django_db
QUEUE = reverse("portal:unrecorded")


def letter(reader, doctor, audience=Audience.DOCTOR):
    Message.objects.all().delete()  # of a day there is one
    with time_machine.travel(MORNING, tick=False):
        return letter_of(digest(reader, doctor, audience), account_reader(reader))


@pytest.fixture
def left(clinic):
    """`left(days, hours)`: a visit so long before this morning's eight."""

    def make(days, hours=0, clinic=clinic, **fields):
        at = MORNING - timedelta(days=days, hours=hours)
        patient = PatientFactory(first_names="Zutanita")
        return AppointmentFactory(clinic=clinic, patient=patient, starts_at=at, **fields)

    return make


def test_nothing_is_asked_where_all_is_answered(left, dr_chen):
    left(1, status="attended")
    written = letter(dr_chen.user, dr_chen)
    assert (written.notes, written.actions) == ([], [])


def test_visits_of_earlier_days_are_counted(left, dr_chen):
    left(1)
    one = letter(dr_chen.user, dr_chen)
    assert one.notes == [
        "De los días anteriores hay 1 cita sin registrar: diga si el paciente asistió."
    ]
    left(20)
    left(31)  # asked about no more
    left(0, hours=2)  # of this day
    two = letter(dr_chen.user, dr_chen)
    assert two.notes == [
        "De los días anteriores hay 2 citas sin registrar: diga si los pacientes asistieron."
    ]
    [(label, url)] = two.actions
    assert (label, url.endswith(QUEUE)) == ("Registrar la asistencia", True)
    assert "Zutanita" not in str((two.subject, two.intro, two.notes, two.actions))


def test_reception_is_asked_about_its_own_consultorios(left, dr_chen, carla):
    Assistant.objects.update(notices=["digest"])
    left(1, clinic=ClinicFactory(doctor=dr_chen, name="Norte"))
    assert letter(carla, dr_chen, Audience.ASSISTANT).notes == []
    left(2)
    assert len(letter(carla, dr_chen, Audience.ASSISTANT).notes) == 1


def test_the_day_is_the_consultorios(dr_chen):
    """An hour before midnight in Quito is the day before; in UTC it is not."""
    east = ClinicFactory(doctor=dr_chen, name="Este")
    at = MORNING.replace(hour=4)
    AppointmentFactory(clinic=east, starts_at=at)
    assert date(2026, 11, 25) == at.date()
    assert len(letter(dr_chen.user, dr_chen).notes) == 1
